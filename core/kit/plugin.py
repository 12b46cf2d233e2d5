"""A plugin: a list of what it declares. Nothing happens at import; the App builds and runs it.

Rule 1: what a plugin declares is owned by it and goes with it.
Rule 2: ``hears`` matchers are pure and quick; they are asked for every message, in config order.
Rule 3: a handler may return False, meaning "not mine after all"; then it must have done nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Flag, auto
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, overload

from pydantic import BaseModel

from core.chat.message import Kind
from core.domain.fact import Fact
from core.domain.org import Role
from core.kit.arguments import Handler, Parameter, compile_parameters
from core.kit.heard import Heard
from core.store.records import PluginTables

S = TypeVar("S", bound=BaseModel)
H = TypeVar("H", bound=Handler)
Match = Callable[[Heard], object | None]
Tool = Callable[..., Any]

EVERYONE: Final = frozenset(Role)
HELPERS: Final = frozenset({Role.CADRE, Role.CHAIR, Role.UPPER})
CHAIRS: Final = frozenset({Role.CHAIR, Role.UPPER})
OPERATORS: Final = frozenset({Role.OPERATOR})


class Where(Flag):
    """Where a command may be given."""

    GROUP = auto()
    PRIVATE = auto()
    ANY = GROUP | PRIVATE


class NoSettings(BaseModel, frozen=True, extra="forbid"):
    """The settings of a plugin that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as declared; ``words``: its Chinese names, ``example``: a line that works."""

    plugin: str
    name: str
    words: tuple[str, ...]
    who: frozenset[Role]
    where: Where
    example: str
    handler: Handler
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Hearing:
    """A matcher with the handler that gets its match."""

    plugin: str
    match: Match
    handler: Handler


@dataclass(frozen=True, slots=True)
class Deed:
    """A handler reached by name: a button, a job, a dialog's step, a subscription, an event."""

    plugin: str
    name: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()


@dataclass(slots=True)
class Declared:
    """All that one plugin brings."""

    commands: list[Command] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    buttons: dict[str, Deed] = field(default_factory=dict)
    steps: dict[str, Deed] = field(default_factory=dict)
    jobs: dict[str, Deed] = field(default_factory=dict)
    facts: dict[type[Fact], list[Deed]] = field(default_factory=dict)
    events: dict[Kind, Deed] = field(default_factory=dict)
    starts: list[Deed] = field(default_factory=list)
    tools: dict[str, Tool] = field(default_factory=dict)
    new_facts: list[type[Fact]] = field(default_factory=list)


class Plugin(Generic[S]):
    """What a plugin's ``plugin.py`` fills and the App takes up."""

    @overload
    def __init__(
        self: "Plugin[NoSettings]",
        name: str,
        *,
        texts: Path | None = None,
        tables: PluginTables | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        settings: type[S],
        texts: Path | None = None,
        tables: PluginTables | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        *,
        settings: type[BaseModel] = NoSettings,
        texts: Path | None = None,
        tables: PluginTables | None = None,
    ) -> None:
        self.name = name
        self.settings_type = settings
        self.texts = texts
        self.tables = tables
        self.declared = Declared()

    def command(
        self,
        name: str,
        *words: str,
        who: frozenset[Role] = EVERYONE,
        where: Where = Where.ANY,
        example: str = "",
    ) -> Callable[[H], H]:
        """Declare a command; the handler's annotations type its arguments."""

        def declare(handler: H) -> H:
            self.declared.commands.append(
                Command(
                    plugin=self.name,
                    name=name,
                    words=words,
                    who=who,
                    where=where,
                    example=example or f"/{name}",
                    handler=handler,
                    parameters=compile_parameters(handler),
                )
            )
            return handler

        return declare

    def hears(self, match: Match) -> Callable[[H], H]:
        """Declare a handler ``(turn, match)`` for messages that *match* answers with something."""

        def declare(handler: H) -> H:
            self.declared.hearings.append(Hearing(self.name, match, handler))
            return handler

        return declare

    def button(self, name: str) -> Callable[[H], H]:
        """Declare what pressing a button of this name does; arguments are ints and strings."""
        return self._deed(self.declared.buttons, name, typed=True)

    def step(self, name: str) -> Callable[[H], H]:
        """Declare a dialog's step ``(turn, dialog)``: it gets that person's next message."""
        return self._deed(self.declared.steps, name)

    def job(self, name: str) -> Callable[[H], H]:
        """Declare a job ``(turn, job)``: runs when due, once, in the lane it was given."""
        return self._deed(self.declared.jobs, name)

    def on(self, *facts: type[Fact]) -> Callable[[H], H]:
        """Subscribe ``(turn, fact)`` to facts; each delivery is a turn of its own."""

        def declare(handler: H) -> H:
            for fact in facts:
                deed = Deed(self.name, f"on {fact.__name__} {handler.__name__}", handler)
                self.declared.facts.setdefault(fact, []).append(deed)
            return handler

        return declare

    def event(self, kind: Kind) -> Callable[[H], H]:
        """Declare what happens when people join or leave, or a private chat opens."""

        def declare(handler: H) -> H:
            self.declared.events[kind] = Deed(self.name, kind.value, handler)
            return handler

        return declare

    def start(self, handler: H) -> H:
        """Declare a turn that runs at every start, before hearing; it must bear repetition."""
        self.declared.starts.append(Deed(self.name, handler.__name__, handler))
        return handler

    def tool(self, name: str) -> Callable[[Tool], Tool]:
        """Declare a subcommand of ``lianxin``."""

        def declare(tool: Tool) -> Tool:
            self.declared.tools[name] = tool
            return tool

        return declare

    def fact(self, kind: type[Fact]) -> type[Fact]:
        """Declare a kind of fact of the plugin's own."""
        self.declared.new_facts.append(kind)
        return kind

    def _deed(self, table: dict[str, Deed], name: str, *, typed: bool = False) -> Callable[[H], H]:
        def declare(handler: H) -> H:
            parameters = compile_parameters(handler) if typed else ()
            table[name] = Deed(self.name, name, handler, parameters)
            return handler

        return declare
