"""The list as data: which commands stand together, and in which order, for whom.

Rule 1: a worker sees his own few lines, asking for help first. Rule 2: whoever works for others
sees the work first, and his own lines in one. Rule 3: only what ``may_give`` allows, here.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from core.api.plugin import Command, Heard, may_give

OWN: Final = "own"
MORE: Final = "more"
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "work": (
        *("cases", "take", "reply", "question", "done", "task"),
        *("pass", "assign", "escalate", "shelve", "note"),
    ),
    "people": ("mypeople", "visit", "for", "duty", "roster"),
    "group": ("today", "announce", "stats"),
    "house": ("health", "parked", "plugins", "bind"),
    OWN: (
        "ask",
        "mine",
        "status",
        "private",
        "who",
        "withdraw",
        "language",
        "me",
        "forget",
        "help",
    ),
}
"""Red things first: what waits, then what is done with it."""


def allowed(commands: Iterable[Command], heard: Heard) -> list[Command]:
    """Return the commands that this person may give here, of plugins that are on here."""
    off = heard.scene.off
    return [one for one in commands if one.plugin not in off and may_give(one, heard)]


def sections(commands: Iterable[Command]) -> dict[str, list[Command]]:
    """Return *commands* by section, each in its order; what nobody sorted comes under MORE."""
    by_name = {one.name: one for one in commands}
    sorted_in = {
        name: [by_name.pop(key) for key in keys if key in by_name]
        for name, keys in SECTIONS.items()
    }
    own = sorted_in.pop(OWN)
    everything = {**sorted_in, MORE: list(by_name.values()), OWN: own}
    return {name: found for name, found in everything.items() if found}
