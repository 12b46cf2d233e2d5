"""Which handlers a message goes to: an index first, then the dialog, then matchers in order."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.chat.message import Kind
from core.domain.fact import Fact
from core.engine.commands import Called, CommandIndex
from core.errors import RuleError
from core.kit.arguments import Unfit, parse
from core.kit.heard import Heard
from core.kit.plugin import Declared, Deed, Hearing, Plugin
from core.kit.rights import check_right, may_give
from core.kit.turn import Turn
from core.store.records import Dialog

Handle = Callable[[Turn], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True)
class Route:
    """One handler to try, and whose it is."""

    plugin: str
    handle: Handle


class Router:
    """Knows every declaration of the plugins that are on."""

    def __init__(self, plugins: Sequence[Plugin[Any]]) -> None:
        declared = [plugin.declared for plugin in plugins]
        self.commands = CommandIndex(one for part in declared for one in part.commands)
        self._hearings: tuple[Hearing, ...] = tuple(
            one for part in declared for one in part.hearings
        )
        self._events = _by_kind(plugins)
        self._buttons = _named(plugins, "buttons")
        self._steps = _named(plugins, "steps")
        self._jobs = _named(plugins, "jobs")
        self.subscribers = _by_fact(declared)
        self._facts = {
            f"{deed.plugin}.{deed.name}": deed
            for deeds in self.subscribers.values()
            for deed in deeds
        }

    def routes(self, heard: Heard) -> Iterator[Route]:
        """Yield the handlers for *heard*, the first choice first; nothing for chatter."""
        kind = heard.incoming.kind
        if kind is Kind.PRESSED:
            yield self._press(heard)
        elif not heard.said:
            yield from (
                self._on(deed) for deed in self._events.get(kind, ()) if _is_on(deed.plugin, heard)
            )
        else:
            yield from self._words(heard)

    def _words(self, heard: Heard) -> Iterator[Route]:
        called = self.commands.find(heard.text, private=heard.private) if heard.text else None
        if called is not None:
            yield self._command(heard, called)
            return
        for hearing in self._hearings:
            if not _is_on(hearing.plugin, heard):
                continue
            match = hearing.match(heard)
            if match is not None:
                yield Route(hearing.plugin, partial(_hear, hearing, match))

    def step(self, dialog: Dialog) -> Route | None:
        """Return the handler of a dialog's next message."""
        deed = self._steps.get(f"{dialog.plugin}.{dialog.step}")
        return Route(dialog.plugin, partial(_with, deed, dialog)) if deed else None

    def is_command(self, heard: Heard) -> bool:
        """Whether a command was given: it goes before any dialog."""
        return (
            bool(heard.text) and self.commands.find(heard.text, private=heard.private) is not None
        )

    def job(self, owner: str, name: str) -> Deed | None:
        """Return a plugin's job or subscription."""
        return self._jobs.get(f"{owner}.{name}") or self._facts.get(f"{owner}.{name}")

    def is_subscription(self, deed: Deed) -> bool:
        return f"{deed.plugin}.{deed.name}" in self._facts

    def _press(self, heard: Heard) -> Route:
        name, _, words = heard.incoming.press.partition(":")
        deed = self._buttons.get(name)
        if deed is None or not _is_on(deed.plugin, heard):
            raise RuleError("core.stale_button")
        try:
            arguments = parse(deed.parameters, words.replace(":", " "))
        except Unfit:
            raise RuleError("core.stale_button") from None
        return Route(deed.plugin, lambda turn: deed.handler(turn, **arguments))

    def _command(self, heard: Heard, called: Called) -> Route:
        command = called.command
        if command is None or not _is_on(command.plugin, heard):
            near = self.commands.nearest(called.name)
            near = near if near and may_give(near, heard) else None
            key = "core.unknown_command_near" if near else "core.unknown_command"
            raise RuleError(key, name=called.name, near=near.name if near else "")
        check_right(command, heard)
        try:
            arguments = parse(command.parameters, called.words)
        except Unfit:
            raise RuleError("core.usage", example=command.example) from None
        return Route(command.plugin, lambda turn: command.handler(turn, **arguments))

    def _on(self, deed: Deed) -> Route:
        return Route(deed.plugin, deed.handler)


def _is_on(plugin: str, heard: Heard) -> bool:
    return plugin not in heard.scene.off


async def _hear(hearing: Hearing, match: object, turn: Turn) -> bool | None:
    return await hearing.handler(turn, match)


async def _with(deed: Deed, value: object, turn: Turn) -> bool | None:
    return await deed.handler(turn, value)


def _named(plugins: Iterable[Plugin[Any]], table: str) -> Mapping[str, Deed]:
    found: dict[str, Deed] = {}
    for plugin in plugins:
        deeds: dict[str, Deed] = getattr(plugin.declared, table)
        found |= {f"{plugin.name}.{name}": deed for name, deed in deeds.items()}
    return found


def _by_kind(plugins: Iterable[Plugin[Any]]) -> Mapping[Kind, tuple[Deed, ...]]:
    found: dict[Kind, tuple[Deed, ...]] = {}
    for plugin in plugins:
        for kind, deed in plugin.declared.events.items():
            found[kind] = (*found.get(kind, ()), deed)
    return found


def _by_fact(declared: Iterable[Declared]) -> Mapping[type[Fact], tuple[Deed, ...]]:
    found: dict[type[Fact], tuple[Deed, ...]] = {}
    for part in declared:
        for fact, deeds in part.facts.items():
            found[fact] = (*found.get(fact, ()), *deeds)
    return found
