"""The plugin itself, and how its rooms speak of people."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from core.api.mail import surname
from core.api.people import Membership, Role
from core.api.plugin import Plugin, Turn

plugin: Final = Plugin("groups", texts=Path(__file__).parent / "texts")


async def names_of(turn: Turn, persons: Iterable[int]) -> dict[int, str]:
    """Return the names of *persons* in the order given; of those forgotten none."""
    wanted = list(dict.fromkeys(persons))
    found = await turn.read.people.persons(wanted)
    return {one: found[one].name for one in wanted if one in found and found[one].name}


async def cadres_of(turn: Turn, memberships: Iterable[Membership]) -> list[str]:
    """Return the names of the cadres who answer for a worker in his groups."""
    cadres: list[int] = []
    for held in memberships:
        if held.role in (Role.WORKER, Role.FOREMAN):
            primary, _ = await turn.read.people.cadres_of(held.person, held.group)
            cadres += primary
    return list((await names_of(turn, cadres)).values())


def called(turn: Turn) -> str:
    """Return how the speaker is spoken to: by his surname."""
    return surname(turn.person.name)
