"""The menu of ``lianxin``, and the border where errors become sentences and exit codes.

Rule 1: a command's file is loaded when the command is given, so that help is there at once.
Rule 2: 0 done; 1 it ran and found faults; 2 it was called wrongly, or input or config is bad.
Rule 3: whatever goes wrong is a sentence on stderr; a traceback only for ``--debug``.
"""

import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from core.cli.terminal import complain, say
from core.errors import BotError, ConfigError, StoreError
from core.loader import load_command
from core.log import configure

DONE: Final = 0
FAULTS: Final = 1
REFUSED: Final = 2

COMMANDS: Final = {
    "run": ("run", "Run the deployment until it is stopped."),
    "demo": ("demo", "Play with a seeded building site in your browser."),
    "check": ("check", "Tell all that is wrong with configuration and database; start nothing."),
    "migrate": ("migrate", "Bring the database up to this version, after a copy of it."),
    "plugins": ("plugins", "List the plugins, their commands, settings and tools."),
    "import": ("take_in", "Take in a roster or a year's calendar."),
    "rehearse": ("rehearse", "Play a day from a file through the real engine."),
    "backup": ("backup", "Copy everything but the secrets into one file, while it runs."),
    "restore": ("restore", "Put a backup back where there is nothing yet."),
    "reload": ("reload", "Check the configuration, then restart the running Lianxin gracefully."),
    "new": ("new", "Begin a plugin or an adapter, or make a secret key."),
}
"""Each command's file in ``core.cli`` and what help says of it."""
TOOLS: Final = "Plugins offer more commands; `lianxin plugins` lists them."


class Menu(TyperGroup):
    """Lists the commands without loading them; one that is not ours may be a plugin's tool."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ANN401
        del ctx
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][1])

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override] # noqa: ANN401
        del ctx
        name, *rest = args
        if name in COMMANDS:
            return name, get_command(load_command(COMMANDS[name][0]).cli), rest
        tool = load_command("tools").find_tool(name, COMMANDS)
        return name, get_command(tool), rest


app = typer.Typer(
    cls=Menu,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=TOOLS,
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 - the shape of a callback
    if wanted:
        say(f"lianxin {version('lianxin')}")
        raise typer.Exit


@app.callback()
def lianxin(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log everything, and show tracebacks.")
    ] = False,
    version_: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Lianxin 连心, the 1+X+100 service of construction workers' unions on any chat platform."""
    del version_
    configure("debug" if debug else "warning")


def main() -> NoReturn:
    """Do what the command line asks, and exit."""
    sys.exit(answer(sys.argv[1:]))


def answer(words: Sequence[str]) -> int:
    """Do what *words* ask; return the exit code."""
    try:
        code = get_command(app)(args=list(words), prog_name="lianxin", standalone_mode=False)
    except typer.Abort:
        complain("stopped; nothing more was done")
        return FAULTS
    except typer.TyperException as error:
        return _misused(error)
    except Exception as error:  # noqa: BLE001 - the border of the program
        if "--debug" in words:
            traceback.print_exc()
        return max([_told(one) for one in _each(error)])
    return code if isinstance(code, int) else DONE


def _misused(error: typer.TyperException) -> int:
    message = error.format_message()
    path = getattr(getattr(error, "ctx", None), "command_path", "lianxin")
    if message:
        complain(f"{path}: {message} See `{path} --help`.")
    return REFUSED


def _each(error: BaseException) -> Iterator[BaseException]:
    """Yield what stands in a task group's bundle of errors, or *error* itself."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _each(one)
    else:
        yield error


def _told(error: BaseException) -> int:
    match error:
        case ConfigError():
            for problem in error.problems:
                complain(problem)
            return REFUSED
        case StoreError():
            complain(str(error))
            return FAULTS
        case BotError():
            complain(str(error))
            return REFUSED
        case _:
            complain(f"unexpected {type(error).__name__}: {error}; --debug shows where")
            return FAULTS
