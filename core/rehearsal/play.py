"""Playing a story line by line, and what came of it."""

import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from core.chat.message import FileKind
from core.domain.roster import RosterPlan
from core.errors import ConfigError, RuleError
from core.rehearsal.record import Record
from core.rehearsal.refusal import told
from core.rehearsal.story import Line, Numbered, check_names, first_moment
from core.rehearsal.theatre import Theatre, handle_of, private
from core.settings import Settings
from core.store.store import Store

CASE = re.compile(r"\{case:(\d+)\}")


@dataclass(frozen=True, slots=True)
class Summary:
    """What the day came to."""

    heard: int
    sent: int
    cases: int
    parked: int
    missed: int
    doubled: int


@dataclass(slots=True)
class Play:
    """A story on its way; iterate ``run`` for the letters, then ask for ``summary``.

    ``played``: the lines that have had their turn, their words as they were said. ``cases``: of
    each case, as it was opened, category, visibility, state, lead's name, stars, and how many
    joined.
    """

    settings: Settings
    plan: RosterPlan
    lines: list[Numbered]
    story: Path
    messages: dict[str, str] = field(default_factory=dict)
    played: list[Line] = field(default_factory=list)
    summary: Summary | None = None
    cases: tuple[tuple[object, ...], ...] = ()
    _heard: int = 0
    _printed: int = 0
    _away: bool = False

    async def run(self) -> AsyncIterator[dict[str, object]]:
        """Yield every letter that is carried, in order. Raises ConfigError for a bad line."""
        people = {handle_of(row.user) for row in self.plan.rows if row.user}
        check_names(self.lines, self.story.name, people, {group.key for group in self.plan.groups})
        begins = first_moment(self.lines)
        async with Theatre.open(self.settings, self.plan, begins) as theatre:
            zone = self.lines[0].line.at.tzinfo if self.lines else None
            for one in self.lines:
                zone = one.line.at.tzinfo
                await self._play(theatre, one)
                for record in self._fresh(theatre):
                    yield self.printed(record, zone)
            await theatre.finish()
            for record in self._fresh(theatre):
                yield self.printed(record, zone)
            self.summary = await self._sum_up(theatre)
            self.cases = await _cases(theatre.app.house.store)

    def printed(self, record: Record, zone: tzinfo | None) -> dict[str, object]:
        """Return *record* as the contract prints it, messages by the names the story gave."""
        named = {message: name for name, message in self.messages.items()}
        return {
            "id": record.id,
            "at": record.at.astimezone(zone).isoformat(timespec="seconds"),
            "to": record.to,
            "text": record.text,
            "buttons": record.labels,
            "kind": record.kind,
            "reply_to": named.get(record.reply_to or "", record.reply_to),
            "edits": record.edits,
            "deletes": named.get(record.deletes or "", record.deletes),
            "files": list(record.files),
        }

    def _fresh(self, theatre: Theatre) -> list[Record]:
        fresh = list(theatre.records[self._printed :])
        self._printed += len(fresh)
        return fresh

    async def _play(self, theatre: Theatre, one: Numbered) -> None:
        if one.line.fault is None:
            await self._end_absence(theatre)
        await theatre.advance(one.line.at)
        try:
            line = await self._with_numbers(theatre, one.line)
            await self._act(theatre, line)
            self.played.append(line)
        except RuleError as error:
            sentence = told(error)
            raise ConfigError(f"{self.story.name}: line {one.number}: {sentence}") from error
        except LookupError as error:
            raise ConfigError(f"{self.story.name}: line {one.number}: {error.args[0]}") from error

    async def _end_absence(self, theatre: Theatre) -> None:
        """Let the platform be back, unless this is the very line that it is away for."""
        if theatre.faults.offline and not self._away:
            self._away = True
        elif self._away:
            self._away = False
            await theatre.come_back()

    async def _act(self, theatre: Theatre, line: Line) -> None:
        if line.fault is not None:
            await _arm(theatre, line)
        elif line.speaks:
            await self._say(theatre, line)
        elif line.press is not None:
            await self._press(theatre, line)
        elif line.joins is not None and line.group is not None:
            await theatre.join(line.group, line.joins)
        elif line.leaves is not None and line.group is not None:
            await theatre.stage.leave(line.group, line.leaves)
            await theatre.settle()

    async def _say(self, theatre: Theatre, line: Line) -> None:
        quotes = self.messages[line.quotes] if line.quotes else None
        edits = self.messages[line.edit] if line.edit else None
        with TemporaryDirectory() as folder:
            files = [(kind, self._file(kind, name, Path(folder))) for kind, name in line.files]
            message = await theatre.say(
                line.who or "", line.group, line.say or "", files=files, quotes=quotes, edits=edits
            )
        self._heard += 1
        if line.name:
            self.messages[line.name] = message

    async def _press(self, theatre: Theatre, line: Line) -> None:
        who = line.who or ""
        groups = [group.key for group in self.plan.groups]
        chats = [line.group] if line.group else [private(who), *groups]
        if not await theatre.press(who, chats, line.press or 0):
            raise LookupError(f"{who} sees no button {line.press!r}")
        self._heard += 1

    async def _with_numbers(self, theatre: Theatre, line: Line) -> Line:
        if not CASE.search(line.say or ""):
            return line
        rows = await theatre.app.house.store.reader.fetch("SELECT number FROM cases ORDER BY id")
        numbers = [row[0] for row in rows]

        def number(found: re.Match[str]) -> str:
            nth = int(found[1])
            if not 0 < nth <= len(numbers):
                raise LookupError(f"{found[0]}: only {len(numbers)} cases were opened by now")
            return str(numbers[nth - 1])

        return line.model_copy(update={"say": CASE.sub(number, line.say or "")})

    def _file(self, kind: FileKind, name: str, folder: Path) -> Path:
        """Return the file beside the story, or one made up."""
        real = self.story.parent / name
        if real.is_file():
            return real
        made = folder / Path(name).name
        made.write_bytes(_made_up(kind))
        return made

    async def _sum_up(self, theatre: Theatre) -> Summary:
        store = theatre.app.house.store
        cases = await store.reader.fetch("SELECT COUNT(*) FROM cases")
        missed = await store.reader.fetch("SELECT COUNT(*) FROM fact WHERE name = 'PromptMissed'")
        return Summary(
            heard=self._heard,
            sent=len(theatre.records),
            cases=cases[0][0],
            parked=await store.parked.count(),
            missed=missed[0][0],
            doubled=theatre.doubled + theatre.app.relay.doubled,
        )


def to_json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)


def summary_of(play: Play) -> dict[str, object]:
    return {"summary": asdict(play.summary) if play.summary else {}}


async def _cases(store: Store) -> tuple[tuple[object, ...], ...]:
    rows = await store.reader.fetch("SELECT id FROM cases ORDER BY id")
    cases = [case for (number,) in rows if (case := await store.cases.get(number))]
    leads = await store.people.persons([case.lead for case in cases if case.lead is not None])
    return tuple(
        (
            case.category,
            case.visibility.name,
            case.state.value,
            leads[case.lead].name if case.lead is not None else None,
            case.stars,
            len(case.joined),
        )
        for case in cases
    )


async def _arm(theatre: Theatre, line: Line) -> None:
    match line.fault:
        case "crash":
            theatre.faults.crash = line.when or ""
        case "duplicate":
            theatre.faults.duplicate = True
        case "limit":
            theatre.faults.limit = timedelta(seconds=line.retry_after or 0)
        case "offline":
            await theatre.go_offline()


def _made_up(kind: FileKind) -> bytes:
    if kind is not FileKind.PHOTO:
        return b"made up for the rehearsal"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 150, 170)).save(out, "JPEG")
    return out.getvalue()
