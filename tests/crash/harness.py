"""A real ``lianxin run`` under load that is killed again and again, and the audit afterwards.

The sandbox's journal is the platform: what it took from people must have had its effects exactly
once, and what it showed them must be there exactly once.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from adapters.sandbox.entry import Happened, Posted
from adapters.sandbox.journal import DiskJournal, open_journal
from adapters.sandbox.stage import SandboxStage
from adapters.sandbox.world import World
from core.api.adapter import Kind
from core.app.build import choose_plugins
from core.clock import SystemClock
from core.crypto import Sealer
from core.domain.roster import read_rows
from core.settings import Settings, load_settings
from core.store.roster import bind, import_roster
from core.store.store import Store

ROOT = Path(__file__).parents[2]
GROUP = "xiboliang"
WORKERS = [f"w{number}" for number in range(12)]
CADRES = ["li", "wang", "zhao"]
WISHES = ["能不能修一下水管", "谁捡到一串钥匙", "想买回家的火车票", "妻子来了想借一间夫妻房"]
ASKING = tuple(WISHES)
TOKEN = re.compile(r"w\d+-[0-9a-f]+")
CHATTER = ["今天真热", "哈哈哈", "收到", "中午吃面", "谁看球了"]
READY_WITHIN = 30.0
PAUSE = (0.02, 0.25)
"""Seconds between two messages of one worker; twelve of them write some ninety a second."""


@dataclass(slots=True)
class Site:
    """A deployment on disk, its people seated on the sandbox platform."""

    folder: Path
    key: str
    port: int
    settings: Settings = field(init=False)

    @property
    def config(self) -> Path:
        return self.folder / "lianxin.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LIANXIN_SECRET_KEYS": self.key, "LIANXIN_DATA": str(self.data)}

    async def prepare(self) -> None:
        """Write the config, import the roster, seat everybody."""
        shipped = (ROOT / "config" / "lianxin.toml").read_text(encoding="utf-8")
        self.config.write_text(f"{shipped}\n[web]\nport = {self.port}\n", encoding="utf-8")
        wanted = {"LIANXIN_SECRET_KEYS": self.key, "LIANXIN_DATA": str(self.data)}
        self.settings = load_settings(self.config, wanted)
        self.data.mkdir(parents=True)
        async with self.store() as store:
            now, zone = SystemClock().now(), self.settings.timezone
            await import_roster(store, read_rows(*roster()), now, zone)
            await bind(store, "sandbox.main", GROUP, GROUP)
        stage = SandboxStage(World(SystemClock(), open_journal(self.data, "sandbox.main")))
        await stage.title(GROUP, GROUP)
        for person in [*WORKERS, *CADRES, "zhang"]:
            await stage.seat(person, person)
            await stage.join(GROUP, person, person, quietly=True)

    def store(self) -> contextlib.AbstractAsyncContextManager[Store]:
        tables = [plugin.tables for plugin, _ in choose_plugins(self.settings) if plugin.tables]
        sealer = Sealer([self.key])
        return Store.open(self.settings.database, sealer, SystemClock(), tables=tables)

    def journal(self) -> Iterator[Any]:
        """Return what happened on the platform, in order."""
        journal = open_journal(self.data, "sandbox.main")
        assert isinstance(journal, DiskJournal)
        return journal.entries()


def roster() -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a small site."""
    header = ["group", "handle", "name", "role", "cadre", "deputy"]
    rows = [[GROUP, "zhang", "张莉", "chair", "", ""]]
    rows += [[GROUP, cadre, cadre, "cadre", "", ""] for cadre in CADRES]
    for number, worker in enumerate(WORKERS):
        cadre, deputy = CADRES[number % 3], CADRES[(number + 1) % 3]
        rows.append([GROUP, worker, worker, "worker", cadre, deputy])
    return header, rows


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Deployment:
    """The process, and its deaths."""

    def __init__(self, site: Site, http: aiohttp.ClientSession) -> None:
        self._site = site
        self._http = http
        self._process: asyncio.subprocess.Process | None = None
        self._log = (site.folder / "log.txt").open("ab")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._site.port}"

    async def start(self) -> None:
        """Start it; return at once."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "core",
            "run",
            "--config",
            str(self._site.config),
            cwd=ROOT,
            env=self._site.environment,
            stdout=self._log,
            stderr=self._log,
        )

    async def ready(self) -> None:
        """Return once it answers."""
        async with asyncio.timeout(READY_WITHIN):
            while await self.health() is None:
                assert self._process is not None
                if self._process.returncode is not None:
                    raise AssertionError(f"it ended by itself; see {self._log.name}")
                await asyncio.sleep(0.02)

    async def health(self) -> dict[str, Any] | None:
        try:
            async with self._http.get(f"{self.url}/health") as answer:
                return dict(await answer.json()) if answer.status == 200 else None
        except aiohttp.ClientError:
            return None

    def memory(self) -> float:
        """Return the resident megabytes of the process; Linux tells them in /proc."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    async def kill(self, sign: signal.Signals = signal.SIGKILL) -> int:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(sign)
        return await self._process.wait()

    def close(self) -> None:
        self._log.close()


class Phone:
    """One person's phone: writes and presses as long as the platform is there."""

    def __init__(
        self, user: str, url: str, http: aiohttp.ClientSession, chance: random.Random
    ) -> None:
        self._user = user
        self._url = url
        self._http = http
        self._chance = chance
        self._count = 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, OSError):
                async with self._http.ws_connect(f"{self._url}/ws?user={self._user}") as line:
                    await self._talk(line, stop)
            await asyncio.sleep(0.02)

    async def _talk(self, line: aiohttp.ClientWebSocketResponse, stop: asyncio.Event) -> None:
        async for message in line:
            if message.type is not aiohttp.WSMsgType.TEXT:
                return
            told = json.loads(message.data)
            if told["t"] in ("hello", "done") and self._user in WORKERS:
                await self._write(line)
            elif told["t"] == "message" and self._user in CADRES:
                await self._take(line, told["message"])
            if stop.is_set():
                return

    async def _write(self, line: aiohttp.ClientWebSocketResponse) -> None:
        await asyncio.sleep(self._chance.uniform(*PAUSE))
        self._count += 1
        chat = self._chance.choice([GROUP, GROUP, f"@{self._user}"])
        text = self._chance.choice(CHATTER)
        if self._chance.random() < 0.6:
            token = f"{self._user}-{self._chance.getrandbits(48):x}"
            text = f"{self._chance.choice(WISHES)} {token}"
        await line.send_json({"do": "say", "ref": self._count, "chat": chat, "text": text})

    async def _take(self, line: aiohttp.ClientWebSocketResponse, message: dict[str, Any]) -> None:
        for button in message["buttons"]:
            if button["label"] == "我来":
                self._count += 1
                deed = {"do": "press", "ref": self._count, "message": message["id"]}
                await line.send_json({**deed, "chat": message["chat"], "data": button["data"]})


async def torture(site: Site, points: int, seed: int) -> None:
    """Kill the deployment *points* times at random under load, then let it come to rest."""
    chance = random.Random(seed)
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as http:
        deployment = Deployment(site, http)
        try:
            await deployment.start()
            await deployment.ready()
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as phones:
                for user in [*WORKERS, *CADRES]:
                    phone = Phone(
                        user, deployment.url, http, random.Random(chance.getrandbits(32))
                    )
                    phones.create_task(phone.run(stop))
                for _ in range(points):
                    await asyncio.sleep(chance.uniform(0.0, 0.4))
                    await deployment.kill()
                    await deployment.start()
                    if chance.random() < 0.9:
                        await deployment.ready()
                await deployment.ready()
                stop.set()
            await _rest(deployment)
            assert await deployment.kill(signal.SIGTERM) == 0, "SIGTERM is a quiet end"
        finally:
            await deployment.kill()
            deployment.close()


async def _rest(deployment: Deployment) -> None:
    """Return once nothing is on its way any more."""
    before, calm = None, 0
    async with asyncio.timeout(120):
        while calm < 5:
            now = await deployment.health()
            quiet = now is not None and now["waiting_letters"] == 0
            figures = {k: v for k, v in (now or {}).items() if k != "now"}
            calm = calm + 1 if quiet and figures == before else 0
            before = figures
            await asyncio.sleep(0.2)


@dataclass(slots=True)
class Audit:
    """What the platform and the database say, side by side."""

    requests: dict[str, Happened]
    effects: Counter[str]
    openings: set[str]
    acknowledged: Counter[str | None]
    numbers: Counter[str]
    opened: Counter[str]
    cards: Counter[tuple[int, int]]
    states: Counter[str]
    broken_chains: int
    parked: int
    sound: str

    def faults(self) -> list[str]:
        """Return everything that does not add up."""
        wrong = [f"lost: {token}" for token in self.requests if self.effects[token] == 0]
        wrong += [f"doubled: {token}" for token, times in self.effects.items() if times > 1]
        # What follows within a burst is added in silence; what opened a case never is.
        for token, event in self.requests.items():
            times = self.acknowledged[event.id]
            silent = token in self.openings and event.chat == GROUP and times == 0
            wrong += [f"acknowledged {times} times: {token}"] if silent or times > 1 else []
        wrong += [
            f"{who} opened {opened} cases and was told {self.numbers[who]} numbers"
            for who, opened in self.opened.items()
            if opened != self.numbers[who]
        ]
        wrong += [f"{n} cards of case {one}" for one, n in self.cards.items() if n > 1]
        wrong += [f"{n} letters {state}" for state, n in self.states.items() if state != "sent"]
        wrong += [f"{self.broken_chains} broken chains"] if self.broken_chains else []
        wrong += [f"{self.parked} parked"] if self.parked else []
        return wrong + ([self.sound] if self.sound != "ok" else [])


async def audit(site: Site) -> Audit:
    """Compare the platform's journal with the database."""
    events = list(site.journal())
    said = [one for one in events if isinstance(one, Happened) and one.kind is Kind.SAID]
    requests = {one.text.split()[-1]: one for one in said if one.text.startswith(ASKING)}
    posted = [one for one in events if isinstance(one, Posted)]
    acknowledged = Counter(one.quotes for one in posted if one.text.startswith("收到"))
    effects: Counter[str] = Counter()
    openings: set[str] = set()
    async with site.store() as store:
        cases = await store.reader.fetch("SELECT id FROM cases ORDER BY id")
        broken = 0
        for (case,) in cases:
            broken += not await store.cases.is_intact(case)
            history = await store.cases.history(case)
            tokens = [TOKEN.findall(row.fact.text) for row in history]
            openings.update(tokens[0][-1:])
            effects.update(token for found in tokens for token in found)
        states = await store.reader.fetch("SELECT state, COUNT(*) FROM letter GROUP BY state")
        cards = await store.reader.fetch(
            "SELECT case_id, person_id, COUNT(*) FROM letter WHERE topic = 'card'"
            " AND edits_id IS NULL GROUP BY case_id, person_id"
        )
        opened = await store.reader.fetch(
            "SELECT i.handle, COUNT(*) FROM cases c JOIN identity i ON i.person_id = c.reporter_id"
            " GROUP BY i.handle"
        )
        numbers = await store.reader.fetch(
            "SELECT i.handle, COUNT(*) FROM letter l JOIN identity i ON i.person_id = l.person_id"
            " WHERE l.topic = 'number' AND l.state = 'sent' GROUP BY i.handle"
        )
        parked = await store.parked.count()
    return Audit(
        requests=requests,
        effects=effects,
        openings=openings,
        acknowledged=acknowledged,
        numbers=Counter(dict(numbers)),
        opened=Counter(dict(opened)),
        cards=Counter({(case, person): times for case, person, times in cards}),
        states=Counter(dict(states)),
        broken_chains=broken,
        parked=parked,
        sound=_sound(site),
    )


def _sound(site: Site) -> str:
    file = site.settings.database.removeprefix("sqlite://").split("?")[0]
    with contextlib.closing(sqlite3.connect(file)) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])
