"""What every bus owes: a parcel is handled before ``publish`` returns, or is stored."""

import asyncio
from collections.abc import Callable

import pytest

from core.bus.local import LocalBus
from core.bus.port import Bus, Parcel
from core.errors import PluginError, StoreError

BUSES: dict[str, Callable[[], Bus]] = {"local": LocalBus}


@pytest.fixture(params=BUSES)
def bus(request: pytest.FixtureRequest) -> Bus:
    return BUSES[request.param]()


class Handler:
    """Writes down what it is given; *failing* is raised first."""

    def __init__(self, *failing: Exception) -> None:
        self.seen: list[Parcel] = []
        self.gate = asyncio.Event()
        self._failing = list(failing)

    async def handle(self, parcel: Parcel) -> None:
        if parcel.lane == "slow":
            await self.gate.wait()
        if self._failing:
            raise self._failing.pop()
        self.seen.append(parcel)


async def test_what_is_published_is_handled(bus: Bus) -> None:
    handler = Handler()
    bus.subscribe(handler.handle)
    await bus.publish(Parcel("a", job=1))
    assert handler.seen == [Parcel("a", job=1)]


async def test_parcels_of_one_publisher_keep_their_order(bus: Bus) -> None:
    handler = Handler()
    bus.subscribe(handler.handle)
    parcels = [Parcel("a", job=number) for number in range(20)]
    for parcel in parcels:
        await bus.publish(parcel)
    assert handler.seen == parcels


async def test_a_slow_lane_holds_no_other(bus: Bus) -> None:
    handler = Handler()
    bus.subscribe(handler.handle)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bus.publish(Parcel("slow", job=1)))
        await bus.publish(Parcel("quick", job=2))
        assert handler.seen == [Parcel("quick", job=2)]
        handler.gate.set()
    assert len(handler.seen) == 2


async def test_what_the_handler_raises_reaches_the_publisher(bus: Bus) -> None:
    """Else a message would be acknowledged that the store could not take."""
    handler = Handler(StoreError("disk full"))
    bus.subscribe(handler.handle)
    with pytest.raises(StoreError):
        await bus.publish(Parcel("a", job=1))
    await bus.publish(Parcel("a", job=1))
    assert handler.seen == [Parcel("a", job=1)]


async def test_publishing_to_nobody_is_a_mistake(bus: Bus) -> None:
    with pytest.raises(PluginError, match="nobody listens"):
        await bus.publish(Parcel("a", job=1))
