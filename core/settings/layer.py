"""The places where settings come from: each becomes a table and names a key in its own words."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Table = dict[str, object]
Keys = tuple[str, ...]

PREFIX: Final = "LIANXIN_"
SECRETS_FILE: Final = "LIANXIN_SECRETS_FILE"
EVERYBODY: Final = 0o007
SPOT: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Layer:
    """One place where values come from."""

    name: str
    table: Table
    is_environment: bool = False

    def tell(self, path: Keys, text: str) -> str:
        """Say *text* of the key at *path*, as far as this place writes it out."""
        key = path[: self._depth(path)] or path
        if self.is_environment:
            return f"{variable(key)} {text}"
        return f"{self.name}: {'.'.join(key)} {text}"

    def sets(self, path: Keys) -> bool:
        """Whether the value at *path* stands here, alone or as part of a whole value."""
        depth = self._depth(path)
        return depth == len(path) or (
            depth > 0 and not isinstance(self._at(path[:depth]), Mapping)
        )

    def paths(self, part: str, depth: int) -> Iterator[Keys]:
        """Yield the paths of what is listed *depth* tables below *part*."""
        found: list[Keys] = [(part,)] if part in self.table else []
        for _ in range(depth):
            found = [(*path, key) for path in found for key in self._keys(path)]
        yield from found

    def _keys(self, path: Keys) -> tuple[str, ...]:
        value = self._at(path)
        return tuple(value) if isinstance(value, Mapping) else ()

    def _at(self, path: Keys) -> object:
        here: object = self.table
        for key in path:
            here = here.get(key) if isinstance(here, Mapping) else None
        return here

    def _depth(self, path: Keys) -> int:
        """Return how many keys of *path*, from the left, are written here."""
        for depth, key in enumerate(path):
            if key not in self._keys(path[:depth]):
                return depth
        return len(path)


def variable(path: Keys) -> str:
    """Return the environment variable that sets the key at *path*."""
    return PREFIX + "__".join(path).upper()


def over(below: Table, above: Table) -> Table:
    """Lay the values of *above* over *below*, table by table; the order is below's."""
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = (
            over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return both


def read_file(path: Path, wrong: list[str]) -> Layer:
    """Read a TOML file; what is wrong with it as a whole is added to *wrong*."""
    try:
        return Layer(str(path), tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as error:
        wrong.append(_syntax(path, str(error)))
    except UnicodeDecodeError:
        wrong.append(f"{path}: is not written in UTF-8; save it again as UTF-8")
    except FileNotFoundError:
        wrong.append(f"{path}: there is no such file; name another with --config")
    except OSError as error:
        wrong.append(f"{path}: cannot be read ({error.strerror})")
    return Layer(str(path), {})


def _syntax(path: Path, message: str) -> str:
    spot = SPOT.search(message)
    line = spot[1] if spot else "end"
    what = SPOT.sub("", message)
    return f"{path}:{line}: is no TOML: {what[:1].lower()}{what[1:]}"


def read_secrets(environ: Mapping[str, str], wrong: list[str]) -> Layer:
    """Read the secrets file, if one is named; it is refused while everybody may read it."""
    path = Path(environ.get(SECRETS_FILE, "")).expanduser()
    if path == Path():
        return Layer("", {})
    if not path.is_file():
        wrong.append(f"{SECRETS_FILE}: there is no file {path}")
        return Layer(str(path), {})
    if path.stat().st_mode & EVERYBODY:
        wrong.append(f"{path}: everybody on this machine may read it; run chmod 600 {path}")
    return read_file(path, wrong)


def read_environment(environ: Mapping[str, str], wrong: list[str]) -> Layer:
    """Read the variables named LIANXIN_...; ``__`` leads down a table, an empty one is none."""
    table: Table = {}
    # Sorted, so that LIANXIN_WEB is met before LIANXIN_WEB__PORT and can be told apart from it.
    for name in sorted(name for name in environ if name.startswith(PREFIX) and environ[name]):
        if name == SECRETS_FILE:
            continue
        *above, key = name.removeprefix(PREFIX).lower().split("__")
        here = table
        for part in above:
            inner = here.setdefault(part, {})
            if not isinstance(inner, dict):
                wrong.append(f"{name} and {name.rpartition('__')[0]} contradict each other")
                break
            here = inner
        else:
            here[key] = environ[name]
    return Layer("environment", table, is_environment=True)
