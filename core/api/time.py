"""The calendar of workdays, the local clocks of groups, and the themes of weekdays."""

from core.domain.calendar import WorkCalendar, at_local
from core.domain.theme import (
    Prompt,
    Theme,
    Window,
    is_due,
    is_missed,
    parse_theme,
    prompt_on,
    theme_on,
    window_on,
)

__all__ = [
    "Prompt",
    "Theme",
    "Window",
    "WorkCalendar",
    "at_local",
    "is_due",
    "is_missed",
    "parse_theme",
    "prompt_on",
    "theme_on",
    "window_on",
]
