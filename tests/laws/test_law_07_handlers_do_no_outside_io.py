"""Law 7: a plugin touches no file and no network; this reads its source and runs none of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = [
    path for path in sorted((ROOT / "plugins").rglob("*.py")) if "migrations" not in path.parts
]
OUTSIDE = {
    *("aiohttp", "asyncio.subprocess", "ftplib", "glob", "http", "httpx", "io", "os", "requests"),
    *("select", "shutil", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess"),
    *("tempfile", "urllib", "urllib3", "webbrowser"),
}
DEEDS = {
    *("glob", "iterdir", "mkdir", "open", "read_bytes", "read_text", "rename", "rglob", "sleep"),
    *("stat", "to_thread", "touch", "unlink", "urlopen", "write_bytes", "write_text"),
}
AT_START = {
    "plugins/intake/rules.py": "reads its word lists once, before anything is heard",
    "plugins/prompts/almanac.py": "reads the operator's themes once, before anything is heard",
}
TOOLS = {
    "plugins/intake/classify.py": "is a subcommand of lianxin: it has no turn and no chat",
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def outside_imports(tree: ast.AST) -> Iterator[str]:
    """Yield each imported library that speaks to the outside."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if OUTSIDE & set(prefixes(name)))


def prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def outside_deeds(tree: ast.AST) -> Iterator[str]:
    """Yield each call that reads, writes, waits or leaves the loop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in DEEDS:
                yield f"{name} in line {node.lineno}"


def faults(source: str) -> list[str]:
    tree = ast.parse(source)
    return [*outside_imports(tree), *outside_deeds(tree)]


@pytest.mark.parametrize("path", PLUGINS, ids=named)
def test_a_plugin_touches_nothing_outside(path: Path) -> None:
    found = faults(path.read_text(encoding="utf-8"))
    if named(path) not in AT_START | TOOLS:
        assert not found, f"{named(path)} reaches outside: make it a job after the commit"


@pytest.mark.parametrize("name", AT_START | TOOLS)
def test_an_exception_is_still_needed(name: str) -> None:
    assert faults((ROOT / name).read_text(encoding="utf-8")), f"{name} needs no exception"


@pytest.mark.parametrize("name", AT_START)
def test_what_reads_at_the_start_never_does_so_in_a_turn(name: str) -> None:
    """Reading is a plain function: an awaiting one could be a handler's."""
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            assert not list(outside_deeds(node)), f"{name}: {node.name} reads while people wait"


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "from urllib import request",
        "import aiohttp.web",
        "from asyncio import subprocess",
        "open('x')",
        "path.read_text()",
        "async def f():\n    await asyncio.sleep(1)",
    ],
)
def test_reaching_outside_is_noticed(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize("source", ["import re", "opened(1)", "turn.reply('open')"])
def test_what_stays_inside_is_let_be(source: str) -> None:
    assert not faults(source)
