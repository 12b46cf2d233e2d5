"""Recognises a request in plain talk by the words and patterns of ``rules.toml``.

Rule 1: what is whole small talk, or over and done with, is ignored, whoever says it.
Rule 2: a mark (accident, hazard, self-harm, ...) opens the message whatever it is about.
Rule 3: doubt goes to the quiet list (``ask``); in private nothing but small talk is ignored.
Rule 4: what is said in private is never shown on the board.
It knows neither who speaks nor what was said before (the caller joins a burst into one text), and
reads nothing but its file, once.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

Decision = Literal["open", "ask", "ignore"]
Search = Callable[[str], re.Match[str] | None]

NUMERAL: Final = "[0-9一二两三四五六七八九十百千万几半]"
LEVELS: Final = ("board", "staff", "union_only", "sealed")
SEALING: Final = frozenset({"self_harm", "harassment", "retaliation"})
ALARMS: Final = frozenset({"accident_now", "hazard"})
LONGEST: Final = 1000
"""Characters that are read of one message: nobody asks for help only after a thousand."""

SMALL_TALK: Final = 30
"""Characters beyond which a text is not tried as whole small talk."""

_BLANKS: Final = re.compile(r"\s+")
_LATIN: Final = re.compile("[a-z]{2}").search
_FIRE: Final = re.compile("火|烟|fire|爆炸|explosion|煤气|gas").search


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is: a request (open), perhaps one (ask), or talk (ignore); score 0 to 1."""

    decision: Decision
    category: str | None = None
    visibility: str | None = None
    marks: frozenset[str] = frozenset()
    score: float = 0.0


TALK: Final = Verdict("ignore")


def normalised(text: str) -> str:
    """Return *text* as the patterns expect it: one width, lower case, single blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST])).strip().lower()


@dataclass(frozen=True, slots=True)
class _Subject:
    """One category or mark; each search is a compiled regular expression's own method."""

    id: str
    tells: Search
    words: Search
    unless: re.Pattern[str]
    hints: Search
    visibility: str
    question: bool

    def found(self, search: Search, text: str) -> bool:
        """Whether *search* finds something in *text* that is not explained away."""
        if search(text) is None:
            return False
        rest = self.unless.sub(" ", text)
        return rest == text or search(rest) is not None


@dataclass(frozen=True, slots=True)
class _Talk:
    """What is no request: small talk, settled matters, offers of help; and what weakens one."""

    chatter: Search
    settled: Search
    reopens: Search
    offer: Search
    hearsay: Search
    past: Search

    def over(self, text: str) -> bool:
        if self.offer(text):
            return True
        return self.settled(text) is not None and self.reopens(text) is None


@dataclass(frozen=True, slots=True)
class _Asks:
    """The ways of asking, from outright to faint."""

    call: Search
    trouble: Search
    wish: Search
    question: Search

    def strength(self, text: str) -> Literal["call", "ask", "question", ""]:
        if self.call(text):
            return "call"
        if self.trouble(text) or self.wish(text):
            return "ask"
        return "question" if self.question(text) else ""


@dataclass(frozen=True, slots=True)
class Rules:
    """All that ``rules.toml`` says, compiled."""

    levels: Mapping[str, float]
    weights: Mapping[str, float]
    talk: _Talk
    asks: _Asks
    signals: Search
    marks: tuple[_Subject, ...]
    categories: tuple[_Subject, ...]
    visibility: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and compile *path*; raises ValueError with the file and the pattern at fault."""
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            talk, categories = table["talk"], _subjects(table["categories"])
            return cls(
                levels=table["levels"],
                weights=table["weights"],
                talk=_Talk(_whole(talk.pop("chatter")), *_searches(talk, _TALK)),
                asks=_Asks(*_searches(table["asks"], _ASKS)),
                signals=_pattern(table["signals"]["words"]).search,
                marks=_subjects(table["marks"]),
                categories=categories,
                visibility={subject.id: subject.visibility for subject in categories},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from error

    def judge(self, text: str, *, private: bool, asked: bool) -> Verdict:
        """Return what *text* is; *asked*: said to the bot, or in reply to it or to a prompt."""
        told = normalised(text)
        if not told or (len(told) <= SMALL_TALK and self.talk.chatter(told)):
            return TALK
        asks = self.asks.strength(told)
        if not (private or asked or asks or self.signals(told)):
            return TALK
        near = self._near(told)
        marks = self._marks(told, near)
        if self.talk.over(told) and not marks & (SEALING | {"accident_now"}):
            return TALK
        hearsay = self.weights["hearsay"] if self.talk.hearsay(told) else 0.0
        if marks & (SEALING | ALARMS):
            score = self.weights["mark"] + (0.0 if marks & SEALING else hearsay)
            return self._verdict(self._alarm(told, marks), score, marks, private=private)
        category, score = self._subject(told, asks, near)
        if asked and score:
            score += self.weights["asked"]
        if private:
            score += self.weights["private"]
        return self._verdict(category, score + hearsay, marks, private=private)

    def _near(self, told: str) -> Callable[[_Subject], bool]:
        """Return the test of which subjects *told* may be about; hints know Chinese alone."""
        if _LATIN(told):
            return lambda _: True
        return lambda subject: subject.hints(told) is not None

    def _marks(self, told: str, near: Callable[[_Subject], bool]) -> frozenset[str]:
        found = frozenset(
            mark.id for mark in self.marks if near(mark) and mark.found(mark.tells, told)
        )
        if "accident_now" not in found:
            return found
        # An accident that is over is a claim, and that is the union's alone: no alarm.
        return found - (ALARMS if self.talk.past(told) else {"hazard"})

    def _alarm(self, told: str, marks: frozenset[str]) -> str:
        """Return the category of a message with such *marks* that they alone decide."""
        if "self_harm" in marks:
            return "health"
        if "accident_now" in marks:
            return "safety" if _FIRE(told) else "injury"
        if not marks & SEALING:
            return "safety"
        wages = next(subject for subject in self.categories if subject.id == "wages")
        return "wages" if wages.found(wages.words, told) else "legal"

    def _subject(
        self, told: str, asks: str, near: Callable[[_Subject], bool]
    ) -> tuple[str, float]:
        """Return what *told* is about and how surely it asks, apart from where it was said."""
        best, score = "other", self.weights[asks] if asks else 0.0
        for subject in filter(near, self.categories):
            if subject.found(subject.tells, told):
                return subject.id, self.weights["tell"]
            if best == "other" and subject.found(subject.words, told):
                best, score = subject.id, self._worth(subject, asks)
        return best, score

    def _worth(self, subject: _Subject, asks: str) -> float:
        """Return what a bare word about *subject* is worth beside the way of asking."""
        match asks:
            case "call" | "ask":
                return self.weights["word_and_ask"]
            case "question" if subject.question:
                return self.weights["word_and_question"]
            case "question":
                return self.weights["word_and_faint_question"]
            case _:
                return self.weights["word"]

    def _verdict(
        self, category: str, score: float, marks: frozenset[str], *, private: bool
    ) -> Verdict:
        if score < self.levels["ask"]:
            return TALK
        if category not in {"wages", "injury"}:
            marks -= {"collective"}
        level = self.visibility[category]
        if marks & SEALING:
            level = "sealed"
        elif marks & ALARMS or (private and level == "board"):
            level = "staff"
        decision: Decision = "open" if score >= self.levels["open"] else "ask"
        return Verdict(decision, category, level, marks, min(1.0, round(score, 2)))


_TALK: Final = ("settled", "reopens", "offer", "hearsay", "past")
_ASKS: Final = ("call", "trouble", "wish", "question")


def _pattern(fragments: Sequence[str]) -> re.Pattern[str]:
    """Compile *fragments* as alternatives; none at all never matches."""
    joined = "|".join(f"(?:{fragment})" for fragment in fragments) or "(?!)"
    try:
        return re.compile(joined.replace("{n}", NUMERAL))
    except re.error as error:
        raise ValueError(f"no regular expression: {error}: {error.pattern!r:.60}") from error


def _each(fragments: Sequence[str]) -> Search:
    """Search for *fragments* one after the other.

    Twice as fast as one pattern of them all: ``re`` looks for the first letters of each by itself.
    """
    searches = [_pattern([fragment]).search for fragment in fragments]

    def search(text: str) -> re.Match[str] | None:
        for one in searches:
            if found := one(text):
                return found
        return None

    return search


def _whole(fragments: Sequence[str]) -> Search:
    """Match a text that is nothing but *fragments*; atomic, so that no text is tried twice."""
    return re.compile(rf"(?>(?:{_pattern(fragments).pattern})[\s,.!。~、…]*)++").fullmatch


def _searches(table: Mapping[str, Sequence[str]], keys: Sequence[str]) -> list[Search]:
    if unknown := table.keys() - set(keys):
        raise ValueError(f"{', '.join(sorted(unknown))} is no list of patterns")
    return [_pattern(table[key]).search for key in keys]


def _subjects(tables: Mapping[str, dict[str, Any]]) -> tuple[_Subject, ...]:
    return tuple(_subject(name, table) for name, table in tables.items())


def _subject(name: str, table: dict[str, Any]) -> _Subject:
    words = table.get("words", [])
    # A word hints at its own subject without being listed.
    letters = "".join(word[0] for word in words if not word[0].isascii())
    hints = f"[{re.escape(table['hints'] + letters)}]" if "hints" in table else ""
    level = table.get("visibility", LEVELS[0])
    if level not in LEVELS:
        raise ValueError(f"{name}: {level} is no visibility: {', '.join(LEVELS)}")
    return _Subject(
        id=name,
        tells=_each(table["tells"]),
        words=_pattern(words).search,
        unless=_pattern(table.get("unless", [])),
        hints=re.compile(hints).search,
        visibility=level,
        question=table.get("question", False),
    )
