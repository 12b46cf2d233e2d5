"""The bus port: parcels in, each handled once its lane is free."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from core.chat.message import Incoming


@dataclass(frozen=True, slots=True)
class Parcel:
    """One piece of work: a platform's message or the id of a due job. ``lane`` keeps its order."""

    lane: str
    incoming: Incoming | None = None
    job: int | None = None


Handle = Callable[[Parcel], Awaitable[None]]


class Bus(Protocol):
    """Carries parcels to whoever handles them."""

    def subscribe(self, handle: Handle) -> None:
        """Name the one who handles; before anything is published."""
        ...

    async def publish(self, parcel: Parcel) -> None:
        """Return once the parcel is handled or stored. Raises what the handler raises."""
        ...
