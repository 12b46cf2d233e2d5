"""The in-process bus: safe means handled, for nothing but the turn's own commit is durable."""

from core.bus.port import Handle, Parcel
from core.errors import PluginError


class LocalBus:
    """Hands each parcel to the handler in the publisher's own task."""

    def __init__(self) -> None:
        self._handle: Handle | None = None

    def subscribe(self, handle: Handle) -> None:
        self._handle = handle

    async def publish(self, parcel: Parcel) -> None:
        if self._handle is None:
            raise PluginError("nobody listens on the bus: subscribe before publishing")
        await self._handle(parcel)
