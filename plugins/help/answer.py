"""Answering: the whole list, or one command's usage with an example."""

from difflib import get_close_matches
from typing import Final

from core.api.plugin import HELPER_ROLES, OPERATORS, Command, Rest, Text, Turn, Words, text
from plugins.help.declare import plugin
from plugins.help.menu import OWN, allowed, sections

BARE: Final = "?"
CLOSE: Final = 0.5
ALL: Final = Rest()


@plugin.command("help", "帮助", "菜单", "怎么用", example="/help take")
async def show_help(turn: Turn, name: Rest = ALL) -> None:
    """Tell what this person may do here; with a name, how that is written."""
    if turn.heard is None:
        return
    commands = allowed(turn.house.commands, turn.heard)
    words = usage(turn, commands, name) if name else overview(turn, commands)
    await turn.answer(words)


@plugin.hears(lambda heard: (heard.private and heard.said and heard.text == BARE) or None)
async def show_help_when_asked(turn: Turn, _match: object) -> None:
    await show_help(turn)


def overview(turn: Turn, commands: list[Command]) -> Words:
    """Return the list: a worker's few lines, or sections for whoever works for others."""
    found = sections(commands)
    if not turn.holds(*HELPER_ROLES, *OPERATORS):
        own = found.pop(OWN, [])
        listed = [*own, *(one for members in found.values() for one in members)]
        return (text("just_say"), *(line(turn, one) for one in listed))
    lines: list[Words] = []
    for part, members in found.items():
        if part == OWN:
            names = " · ".join(title(turn, one) for one in members)
            lines.append(text("own_line", names=names))
        else:
            lines += [text(f"section.{part}"), *(line(turn, one) for one in members)]
    return (*lines, text("more_about"))


def usage(turn: Turn, commands: list[Command], name: str) -> Words:
    """Return how the command *name* is written, or which one was perhaps meant."""
    wanted = name.strip().lower().lstrip("/!、")
    by_name = {key: one for one in commands for key in (one.name, *one.words)}
    found = by_name.get(wanted)
    if found is None:
        near = get_close_matches(wanted, by_name, n=1, cutoff=CLOSE)
        key = "core.unknown_command_near" if near else "core.unknown_command"
        return text(key, name=wanted, near=by_name[near[0]].name if near else "")
    names = " · ".join([f"/{found.name}", *found.words])
    return (text("one", names=names, what=meaning(turn, found)), example(found))


def line(turn: Turn, command: Command) -> Text:
    what = meaning(turn, command)
    return text("line" if what else "bare_line", name=title(turn, command), what=what)


def title(turn: Turn, command: Command) -> str:
    """Return what to call the command: its Chinese word where Chinese is spoken."""
    chinese = turn.language.startswith("zh") and command.words
    return command.words[0] if chinese else f"/{command.name}"


def meaning(turn: Turn, command: Command) -> Words:
    """Return the line of this plugin's texts, else of the command's own plugin, else nothing."""
    known = turn.house.texts.keys()
    for key in (f"{plugin.name}.command.{command.name}", f"{command.plugin}.help.{command.name}"):
        if key in known:
            return text(key)
    return ""


def example(command: Command) -> Text:
    return text("core.usage", example=command.example)
