"""What a terminal is told: results on stdout, errors and progress on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


def say(text: str) -> None:
    typer.echo(text)


def complain(text: str) -> None:
    """Say on stderr what went wrong, or what a reader of stdout should not have to skip."""
    typer.echo(text, err=True)


def say_json(value: object) -> None:
    """Say *value* as one line that a program reads; whoever pipes us hears of it at once."""
    typer.echo(json.dumps(value, ensure_ascii=False))
    sys.stdout.flush()


@contextmanager
def bar(title: str, total: int) -> Iterator[Advance]:
    """Show a bar on stderr while the block runs, if anybody is looking; lend what moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.advance(task, done)
