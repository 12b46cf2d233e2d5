"""One JSON object a line for every figure: what was measured, beside what, for which target."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. ``ratio`` is value / peer; ``ok`` whether the target is met."""

    bench: str
    value: float
    unit: str
    target: str
    ok: bool
    peer: float | None = None
    ratio: float | None = None


def report(figure: Figure) -> None:
    """Print *figure* at once, so that an interrupted run has said what it knows."""
    print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)


def median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)
