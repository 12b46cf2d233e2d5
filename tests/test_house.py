"""The house rules, as a test: floors, doors, homes, no circles.

It reads the source and runs none of it. When the house changes, FLOORS and HOMES change in the
same commit, with the reason.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each part of core imports itself and the floors under it. Neighbours on one floor are strangers.
FLOORS = (
    {"errors"},
    {"clock", "crypto", "log", "settings"},
    {"domain", "chat"},
    {"store", "bus", "web"},
    {"kit"},
    {"engine"},
    {"api", "loader"},
    {"app"},
    {"rehearsal"},
    {"testing"},  # a rehearsal told in Python
    {"cli"},  # one file a command: together they would not fit into __main__
    {"__main__"},
)

# A library that speaks to the outside world has one home.
HOMES = {
    "tortoise": "core.store",
    "nats": "core.bus.jetstream",
    "apscheduler": "core.engine.scheduler",
    "aiogram": "adapters.telegram",
    "nio": "adapters.matrix",
    "aiohttp.web": "core.web",  # the server only: an adapter may call out, one room listens
    "importlib": "core.loader",
}
HARMLESS = ("importlib.resources", "importlib.metadata")


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Yield every name that *path* imports, inside functions and annotations too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def generated(module: str) -> bool:
    return ".migrations." in f"{module}."


HOUSE = {
    dotted(path): path
    for path in files("core", "adapters", "plugins")
    if not generated(dotted(path))
}


def rooms(path: Path) -> set[str]:
    """Return the files of this house that *path* imports."""
    pairs = ((name, name.rpartition(".")[0]) for name in imports(path))
    return {next(m for m in pair if m in HOUSE) for pair in pairs if HOUSE.keys() & set(pair)}


def home_of(name: str) -> str | None:
    return next((home for lib, home in HOMES.items() if f"{name}.".startswith(f"{lib}.")), None)


def floor(module: str) -> int:
    part = module.split(".")[1]
    return next((n for n, parts in enumerate(FLOORS) if part in parts), -1)


@pytest.mark.parametrize("path", HOUSE.values(), ids=dotted)
def test_a_file_opens_with_a_sentence(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not source.strip() or ast.get_docstring(ast.parse(source)), "say what lives here"


@pytest.mark.parametrize("path", files("core"), ids=dotted)
def test_core_imports_only_downward(path: Path) -> None:
    here = dotted(path)
    if here == "core":
        assert not rooms(path), "core/__init__.py stays empty: a rule must load no engine"
        return
    if generated(here):
        return
    assert floor(here) >= 0, f"{here} stands on no floor: give it one in FLOORS"
    for room in rooms(path):
        own = room.split(".")[:2] == here.split(".")[:2]
        assert own or (room.startswith("core.") and floor(room) < floor(here)), f"{here} -> {room}"


@pytest.mark.parametrize("path", files("adapters", "plugins"), ids=dotted)
def test_guests_come_in_by_the_front_door(path: Path) -> None:
    own = ".".join(dotted(path).split(".")[:2])
    for room in rooms(path):
        assert f"{room}.".startswith(("core.api.", f"{own}.")), f"{dotted(path)} -> {room}"


@pytest.mark.parametrize("path", HOUSE.values(), ids=dotted)
def test_every_library_stays_at_home(path: Path) -> None:
    guest_room = path.stem == "tables" and dotted(path).startswith("plugins.")
    for name in imports(path):
        home = home_of(name)
        if name.startswith(HARMLESS) or (guest_room and home == "core.store"):
            continue
        assert home is None or f"{dotted(path)}.".startswith(f"{home}."), f"{name} lives in {home}"


def test_no_circle_not_even_in_annotations() -> None:
    graph = {name: rooms(path) - {name} for name, path in HOUSE.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
