"""The calendar of workdays, the local clocks of groups, and the themes of weekdays."""

from core.domain.calendar import WorkCalendar, at_local
from core.domain.clocks import MORNING, Limits, due, limits_from, reminders
from core.domain.spoken import read_day, read_moment
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
    "MORNING",
    "Limits",
    "Prompt",
    "Theme",
    "Window",
    "WorkCalendar",
    "at_local",
    "due",
    "is_due",
    "is_missed",
    "limits_from",
    "parse_theme",
    "prompt_on",
    "read_day",
    "read_moment",
    "reminders",
    "theme_on",
    "window_on",
]
