"""The plugin itself and what its operator may set."""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, Field

from core.api.plugin import Plugin, Turn
from core.api.store import PluginTables


class PromptsSettings(BaseModel, frozen=True, extra="forbid"):
    """``window_hours``: how long after its time a prompt may still be posted.

    When it is due stands in ``[attention] prompt_at``, and per group in its settings
    ``prompts.at`` (such as 07:30) and ``prompts.off``.
    """

    window_hours: float = Field(default=3, gt=0, le=12)

    @property
    def window(self) -> timedelta:
        return timedelta(hours=self.window_hours)


plugin = Plugin(
    "prompts",
    settings=PromptsSettings,
    texts=Path(__file__).parent / "texts",
    tables=PluginTables("prompts", "plugins.prompts.tables", "plugins.prompts.migrations"),
)


def window_of(turn: Turn) -> timedelta:
    """Return how long a prompt may be late in this deployment."""
    chosen = turn.house.settings[plugin.name]
    return chosen.window if isinstance(chosen, PromptsSettings) else PromptsSettings().window
