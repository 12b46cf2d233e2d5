"""``lianxin rehearse``: a day played from a file, printed as JSON or as a screenplay."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from core.cli.deployment import Config, Json, settings_of
from core.cli.terminal import say_json
from core.domain.roster import RosterPlan
from core.errors import ConfigError
from core.rehearsal.play import Play, summary_of
from core.rehearsal.story import Line, Numbered, read_story
from core.settings import did_you_mean
from core.store.roster_file import read_roster

HOME: Final = "sandbox"
PLATFORMS: Final = (HOME, "telegram", "matrix")
cli = typer.Typer(add_completion=False)

Story = Annotated[Path, typer.Argument(metavar="STORY.jsonl", show_default=False)]
Roster = Annotated[Path, typer.Option("--roster", metavar="ROSTER.csv", help="Who is who.")]
Over = Annotated[str, typer.Option("--over", help="The platform to play on.")]


@cli.command()
def rehearse(
    story: Story, roster: Roster, *, config: Config = None, over: Over = HOME, json: Json = False
) -> None:
    """Play a story through the real engine; exits with 1 if a message had to be parked."""
    _check_stage(over)
    settings = settings_of(config)
    plan, lines = _read(roster, story)
    play = Play(settings, plan, lines, story)
    asyncio.run(_print_json(play) if json else _print_screenplay(play))
    if play.summary is None or play.summary.parked:
        raise typer.Exit(1)


def _check_stage(over: str) -> None:
    if over == HOME:
        return
    if over in PLATFORMS:
        raise ConfigError(f"--over {over}: this platform has no stage here yet; use {HOME}")
    raise ConfigError(f"--over {over}: there is no such platform{did_you_mean(over, PLATFORMS)}")


def _read(roster: Path, story: Path) -> tuple[RosterPlan, list[Numbered]]:
    """Read both files; what is wrong with either is told at once."""
    problems: list[str] = []
    plan, lines = RosterPlan(()), list[Numbered]()
    try:
        plan = read_roster(roster)
    except ConfigError as error:
        problems += error.problems
    try:
        lines = read_story(story)
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(*problems)
    return plan, lines


async def _print_json(play: Play) -> None:
    async for letter in play.run():
        say_json(letter)
    say_json(summary_of(play))


async def _print_screenplay(play: Play) -> None:
    console, script = Console(highlight=False), Script(play)
    async for letter in play.run():
        for line in script.until(datetime.fromisoformat(str(letter["at"]))):
            console.print(line, soft_wrap=True)
        console.print(letter_line(letter), soft_wrap=True)
    for line in script.until(None):
        console.print(line, soft_wrap=True)
    summary = summary_of(play)["summary"]
    if isinstance(summary, dict):
        console.print(
            "  ".join(f"{name} {count}" for name, count in summary.items()), style="bold"
        )


class Script:
    """The story's own lines, taken out as the day goes on and they were played."""

    def __init__(self, play: Play) -> None:
        self._lines = play.played
        self._next = 0
        self._names = {row.user.removeprefix(f"{HOME}:"): row.name for row in play.plan.rows}

    def until(self, at: datetime | None) -> Iterator[Text]:
        """Yield the lines up to *at* that were not yielded yet; None: all that are left."""
        while self._next < len(self._lines):
            line = self._lines[self._next]
            if at is not None and line.at > at:
                return
            self._next += 1
            if what := deed_of(line):
                who = line.who or line.joins or line.leaves or ""
                name = self._names.get(who, who)
                where = line.group or "private"
                place = f" [{where}]" if who else ""
                yield Text(f"{line.at:%m-%d %H:%M:%S}  {name}{place}: {what}", style="cyan")


def deed_of(line: Line) -> str:
    """Return what happens in a story's line, in a few words; empty when only time passes."""
    files = "".join(f" <{name}>" for _, name in line.files)
    if line.speaks:
        return f"{line.say or ''}{files}"
    if line.press is not None:
        return f"presses [{line.press}]"
    if line.fault is not None:
        return f"fault: {line.fault} {line.when or line.retry_after or ''}".rstrip()
    return "comes in" if line.joins else "leaves" if line.leaves else ""


def letter_line(letter: dict[str, object]) -> Text:
    """Return a letter as the screenplay shows it."""
    at = datetime.fromisoformat(str(letter["at"]))
    gone = f"takes {letter['deletes']} away" if letter["deletes"] else ""
    changed = f" (changes {letter['edits']})" if letter["edits"] else ""
    indent = "\n" + " " * 18
    files = letter["files"]
    named = "".join(f" <{name}>" for name in files) if isinstance(files, list) else ""
    text = (gone or str(letter["text"])).replace("\n", indent) + named
    line = Text(f"{at:%m-%d %H:%M:%S}  Lianxin → {letter['to']}{changed}: {text}")
    buttons = letter["buttons"]
    if isinstance(buttons, list) and buttons:
        line.append(indent + " ".join(f"[{label}]" for label in buttons), style="green")
    return line
