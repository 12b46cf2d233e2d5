"""Lanes: whoever asks first goes first; nobody waits for another lane."""

import asyncio

import pytest

from core.engine.lanes import Lanes


async def test_a_lane_is_held_by_one_in_the_order_of_asking() -> None:
    lanes, order = Lanes(), list[int]()

    async def walk(number: int) -> None:
        async with lanes.of("a"):
            order.append(number)
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*map(walk, range(10)))
    assert order == [number for number in range(10) for _ in range(2)]


async def test_another_lane_is_free() -> None:
    lanes = Lanes()
    async with lanes.of("a"), lanes.of("b"):
        assert len(lanes) == 2


async def test_an_empty_lane_is_forgotten_even_after_an_error() -> None:
    lanes = Lanes()
    with pytest.raises(ValueError, match="x"):
        async with lanes.of("a"):
            raise ValueError("x")
    assert len(lanes) == 0


async def test_whoever_gives_up_waiting_is_forgotten_too() -> None:
    lanes = Lanes()
    async with lanes.of("a"):
        waiting = asyncio.ensure_future(lanes.of("a").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
    assert len(lanes) == 0
