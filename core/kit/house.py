"""What every turn can reach: the deployment's services and choices, gathered once by the App."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from core.clock import Clock
from core.domain.calendar import WorkCalendar
from core.domain.category import Category
from core.domain.fact import Fact
from core.domain.number import CaseNumbers
from core.kit.plugin import Command, Deed
from core.kit.words import Texts
from core.settings import Attention
from core.store.store import Store


@dataclass(slots=True, kw_only=True)
class House:
    """One running deployment as handlers see it.

    ``shelf``: what a plugin has read once at its start (rules, themes) stands here under its name,
    since a module must not hold what belongs to one App. ``heard_at``: when anything, chatter
    included, was last heard since the start.
    """

    store: Store
    clock: Clock
    texts: Texts
    zone: ZoneInfo
    language: str
    calendar: WorkCalendar
    categories: Mapping[str, Category]
    numbers: CaseNumbers
    attention: Attention
    themes: Path
    operator: str = ""
    plugins: Sequence[str] = ()
    settings: Mapping[str, BaseModel] = field(default_factory=dict)
    commands: Sequence[Command] = ()
    subscribers: Mapping[type[Fact], Sequence[Deed]] = field(default_factory=dict)
    shelf: dict[str, object] = field(default_factory=dict)
    heard_at: datetime | None = None
