"""The plugin itself, what its operator may set, and what it keeps in mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field

from core.api.mail import plain
from core.api.plugin import Plugin, Turn
from plugins.intake.rules import TALK, Rules, Verdict

RULES: Final = Path(__file__).parent / "rules.toml"
BURST: Final = timedelta(seconds=90)
"""Words of the same person in the same chat that come so soon belong together."""
MEDIA_BURST: Final = timedelta(minutes=10)
REMEMBERED: Final = 5_000
KEYWORD: Final = 0.6


def _readable(path: Path) -> Path:
    Rules.load(path)
    return path


class IntakeSettings(BaseModel, frozen=True, extra="forbid"):
    """``rules``: a file to use in the place of the shipped one.

    ``keywords``: by category, words that open a request wherever they stand.
    """

    rules: Annotated[Path, AfterValidator(_readable)] | None = None
    keywords: dict[str, tuple[str, ...]] = Field(default_factory=dict)


plugin = Plugin("intake", settings=IntakeSettings, texts=Path(__file__).parent / "texts")


@dataclass(slots=True)
class Ear:
    """One deployment's rules, and whose words of the last minutes became which case.

    The memory is for bursts alone; a restart finds again what became a case, and no more.
    """

    rules: Rules
    keywords: Mapping[str, tuple[str, ...]]
    _recent: dict[tuple[int, int], tuple[int, datetime]] = field(default_factory=dict)

    def judge(self, words: str, *, private: bool, asked: bool) -> Verdict:
        """Return what *words* are, the operator's own keywords counted."""
        if not words.strip():
            return TALK
        verdict = self.rules.judge(words, private=private, asked=asked)
        if verdict.decision == "open" or not self.keywords:
            return verdict
        folded = plain(words).lower()
        for category, keys in self.keywords.items():
            if any(plain(key).lower() in folded for key in keys):
                score = max(verdict.score, KEYWORD)
                level = self.rules.visibility.get(category, "board")
                return replace(
                    verdict, decision="open", category=category, visibility=level, score=score
                )
        return verdict

    def remember(self, place: int, person: int, case: int, at: datetime) -> None:
        """Let words that follow soon belong to *case*."""
        self._recent.pop((place, person), None)
        self._recent[place, person] = case, at
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]

    def recent(self, place: int, person: int, since: datetime) -> int | None:
        """Return the case that this person's words here became after *since*."""
        case, at = self._recent.get((place, person), (None, since))
        return case if at > since else None


@plugin.start
async def open_ear(turn: Turn) -> None:
    """Read the rules anew, and remember whose words have just become a case."""
    turn.house.shelf.pop(plugin.name, None)
    ear = ear_of(turn)
    for place, person, case, at in await turn.read.cases.spoken_since(turn.now - MEDIA_BURST):
        ear.remember(place, person, case, at)


def ear_of(turn: Turn) -> Ear:
    """Return what this deployment has on its shelf, making it when it is not there yet."""
    found = turn.house.shelf.get(plugin.name)
    if not isinstance(found, Ear):
        chosen = turn.house.settings.get(plugin.name)
        settings = chosen if isinstance(chosen, IntakeSettings) else IntakeSettings()
        found = Ear(Rules.load(settings.rules or RULES), settings.keywords)
        turn.house.shelf[plugin.name] = found
    return found
