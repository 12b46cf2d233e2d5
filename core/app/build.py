"""Building an App from settings: load, check everything, open the store, join the parts."""

import secrets
from collections.abc import AsyncIterator, Callable, Container, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from core.app.app import App
from core.app.demo import mount_demo
from core.app.health import mount_health
from core.app.vault import check_keys, lay_out, sealer_of
from core.bus.local import LocalBus
from core.chat.adapter import Adapter, AdapterKind, Surroundings
from core.clock import Clock, DemoClock
from core.domain.calendar import WorkCalendar
from core.domain.category import Category, Priority, Visibility
from core.domain.number import CaseNumbers
from core.engine.anchor import JOB as ANCHOR
from core.engine.anchor import Anchor
from core.engine.budget import Budget
from core.engine.directory import Directory
from core.engine.dispatcher import Dispatcher, Patience
from core.engine.middleware import Identity
from core.engine.porter import Porter
from core.engine.presence import JOB as PRESENCE
from core.engine.presence import Presence
from core.engine.receiver import Receiver
from core.engine.relay import Carrier, PostRoom, Relay
from core.engine.retry import JOB as RETRY
from core.engine.retry import Retry
from core.engine.router import Router
from core.engine.scheduler import Scheduler, Waker
from core.errors import ConfigError
from core.kit.house import House
from core.kit.plugin import Plugin
from core.kit.words import Texts
from core.loader import load_adapter, load_plugin
from core.settings import Settings, check_table, did_you_mean
from core.store.store import Store
from core.web.server import WebServer

TEXTS = Path(__file__).parent.parent / "kit" / "texts"
Wrap = Callable[[str, Adapter], Adapter]
Chosen = list[tuple[Plugin[Any], BaseModel]]
Accounts = dict[str, tuple[AdapterKind, BaseModel]]
"""The plugins that are on, in routing order, with their settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What tests, rehearsals and demos put in the place of the usual parts.

    ``adapters``: built already. ``wrap``: put around each adapter. ``store``: opens the store.
    ``serve``: whether to have a web server.
    """

    adapters: Mapping[str, Adapter] = field(default_factory=dict)
    wrap: Wrap = lambda _account, adapter: adapter
    store: Callable[..., Any] = Store.open
    patience: Patience = field(default_factory=Patience)
    serve: bool = True


@asynccontextmanager
async def open_app(settings: Settings, clock: Clock, parts: Parts = Parts()) -> AsyncIterator[App]:
    """Open everything and yield an App that has not begun to run.

    Raises ConfigError with all that is wrong with plugins and accounts, or for keys that do not
    open the database; DriftError for one that does not match, StoreError when it cannot be opened.
    """
    problems: list[str] = []
    with _noting(problems):
        chosen = choose_plugins(settings)
        texts = load_texts(settings, [plugin for plugin, _ in chosen])
    with _noting(problems):
        accounts = choose_adapters(settings, skip=parts.adapters)
    if problems:
        raise ConfigError(*problems)
    sealer = sealer_of(settings)
    lay_out(settings)
    async with AsyncExitStack() as stack:
        plugins = [plugin for plugin, _ in chosen]
        tables = [plugin.tables for plugin in plugins if plugin.tables]
        facts = [fact for plugin in plugins for fact in plugin.declared.new_facts]
        store: Store = await stack.enter_async_context(
            parts.store(settings.database, sealer, clock, tables=tables, facts=facts)
        )
        await check_keys(store, sealer)
        # Built once the store is ours: a second start must not touch what the first one works on.
        server = WebServer(settings.web.host, settings.web.port) if parts.serve else None
        around = Surroundings(clock=clock, data=settings.data, web=server)
        adapters = build_adapters(accounts, around, parts)
        house = await _furnish(settings, clock, store, texts, chosen)
        app = join(
            house,
            plugins,
            adapters,
            Porter(house, adapters, sealer, settings.data / "files"),
            parts,
        )
        app.web = server
        if server is not None:
            mount_health(server, app)
            if isinstance(clock, DemoClock):
                mount_demo(server, app)
        await app.start()
        yield app


def build_adapters(accounts: Accounts, around: Surroundings, parts: Parts) -> dict[str, Adapter]:
    """Return the adapters of *accounts* and those of *parts*, each as *parts* wants it wrapped."""
    built = {name: kind.build(name, table, around) for name, (kind, table) in accounts.items()}
    both = {**built, **parts.adapters}
    return {name: parts.wrap(name, adapter) for name, adapter in both.items()}


async def _furnish(
    settings: Settings, clock: Clock, store: Store, texts: Texts, chosen: Chosen
) -> House:
    return House(
        store=store,
        clock=clock,
        texts=texts,
        zone=settings.timezone,
        language=settings.language,
        calendar=WorkCalendar.china({one.day: not one.off for one in await store.calendar.all()}),
        categories=categories(settings),
        numbers=await case_numbers(store),
        attention=settings.attention,
        themes=settings.themes,
        operator=settings.operator,
        settings={plugin.name: table for plugin, table in chosen},
    )


def join(
    house: House,
    plugins: list[Plugin[Any]],
    adapters: Mapping[str, Adapter],
    porter: Porter,
    parts: Parts,
) -> App:
    """Return the App in which every part knows the parts it uses, and no more."""
    bus, waker, directory = LocalBus(), Waker(house.clock), Directory(house.store)
    budget = Budget(house.store, house.attention, house.zone)
    room = PostRoom(house.store, house.clock, budget, waker)
    dispatcher = Dispatcher(
        house, Router(()), Identity(directory, house.operator), patience=parts.patience
    )
    presence = Presence(house, adapters)
    relay = Relay({name: Carrier(name, one, room) for name, one in adapters.items()})
    dispatcher.errands = {
        "fetch": porter.fetch,
        PRESENCE: presence.note,
        ANCHOR: Anchor(house.store).drop,
        RETRY: Retry(house.store, bus, house.clock, relay.wake).run,
    }
    bus.subscribe(dispatcher.handle)
    app = App(
        house=house,
        plugins=plugins,
        bus=bus,
        dispatcher=dispatcher,
        directory=directory,
        scheduler=Scheduler(house.store, bus, house.clock, waker),
        relay=relay,
        waker=waker,
        presence=presence,
        adapters=adapters,
        desks={name: Receiver(name, bus, house.store, porter.read) for name in adapters},
    )
    dispatcher.after_commit = app.after_commit
    app.take_up(plugins)
    return app


@contextmanager
def _noting(problems: list[str]) -> Iterator[None]:
    """Write down what is wrong and go on, so that all of it can be told at once."""
    try:
        yield
    except ConfigError as error:
        problems += error.problems


def choose_plugins(settings: Settings) -> Chosen:
    """Return the plugins that are on, in routing order, with their checked settings."""
    problems: list[str] = []
    chosen: Chosen = []
    for name, table in settings.active_plugins.items():
        try:
            plugin = load_plugin(name)
        except ConfigError as error:
            problems += [f"{settings.source}: {problem}" for problem in error.problems]
            continue
        checked, wrong = check_table(
            plugin.settings_type, table, f"{settings.source}: plugins.{name}"
        )
        problems += wrong
        if any(plugin.name == other.name for other, _ in chosen):
            problems.append(
                f"{settings.source}: plugins.{name} is called {plugin.name}, as another is"
            )
        elif checked is not None:
            chosen.append((plugin, checked))
    if problems:
        raise ConfigError(*problems)
    return chosen


def choose_adapters(settings: Settings, skip: Container[str] = ()) -> Accounts:
    """Return every account of the config that is not in *skip*, with its checked settings."""
    problems: list[str] = []
    chosen: Accounts = {}
    for platform, accounts in settings.accounts.items():
        names = {f"{platform}.{name}": table for name, table in accounts.items()}
        wanted = {name: table for name, table in names.items() if name not in skip}
        if not wanted:
            continue
        try:
            kind = load_adapter(platform)
        except ConfigError as error:
            problems += [f"{settings.source}: {problem}" for problem in error.problems]
            continue
        for name, table in wanted.items():
            checked, wrong = check_table(
                kind.settings, table, f"{settings.source}: accounts.{name}"
            )
            problems += wrong
            if checked is not None:
                chosen[name] = (kind, checked)
    if problems:
        raise ConfigError(*problems)
    return chosen


def wrong_tables(settings: Settings) -> list[str]:
    """Return all that is wrong with the tables of plugins and accounts."""
    problems: list[str] = []
    with _noting(problems):
        choose_plugins(settings)
    with _noting(problems):
        choose_adapters(settings)
    return problems


def load_texts(settings: Settings, plugins: list[Plugin[Any]]) -> Texts:
    """Return all sentences, the operator's own over the shipped ones."""
    texts = Texts(settings.language)
    texts.load("core", TEXTS)
    for plugin in plugins:
        if plugin.texts is not None:
            texts.load(plugin.name, plugin.texts)
    problems = [
        f"{settings.source}: texts.{language}.{key} is no sentence"
        f"{did_you_mean(key, texts.keys())}"
        for language, sentences in settings.texts.items()
        for key in texts.override(language, sentences)
    ]
    if problems:
        raise ConfigError(*problems)
    return texts


def categories(settings: Settings) -> dict[str, Category]:
    return {
        row.id: Category(
            row.id, Visibility[row.visibility.upper()], Priority(row.priority), row.skill
        )
        for row in settings.categories
    }


async def case_numbers(store: Store) -> CaseNumbers:
    """Return the deployment's numbers; their key is made once and never changes."""
    key = await store.state.load("core", "case_numbers")
    if key is None:
        key = secrets.token_hex(16)
        await store.state.save("core", "case_numbers", key)
    return CaseNumbers(bytes.fromhex(key))
