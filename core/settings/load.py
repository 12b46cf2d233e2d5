"""How the settings are read: the switchboard, over it the secrets file, over that the environment.

Rule 1: every problem is told at once, each with its source, its key, what is wrong and the nearest
right name. Rule 2: unknown keys are errors. Rule 3: secrets never stand in the switchboard, which
people copy, commit and send. Rule 4: a secret or a variable alone switches nothing on: accounts
and plugins are listed in the switchboard, whose order is the routing order.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from core.errors import ConfigError
from core.settings.check import check_table, did_you_mean, problems
from core.settings.layer import (
    SECRETS_FILE,
    Keys,
    Layer,
    Table,
    over,
    read_environment,
    read_file,
    read_secrets,
    variable,
)
from core.settings.model import CategoryRow, Settings

SHIPPED: Final = Path(__file__).parents[2] / "config"
NAMES: Final = Settings.model_fields.keys() - {"source", "categories"}
LISTED: Final = {"accounts": 2, "plugins": 1}
SECRET: Final = re.compile(
    r"(^|_)(token|password|passphrase|secrets?)$|^(secret|api|access|private)_keys?$"
)


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read all sources. Raises one ConfigError with every problem found."""
    wrong: list[str] = []
    layers = _read(path, environ, wrong)
    unread = [*wrong]
    rows = _read_categories(_beside(path, "categories.toml"), wrong)
    if unread:
        # What cannot be read cannot be compared: more sentences now would only mislead.
        raise ConfigError(*wrong)
    wrong += _misplaced_secrets(layers[0])
    wrong += _unlisted(layers[0], layers[1:])
    wrong += [sentence for layer in layers for sentence in _unknown(layer)]
    values = {"themes": _beside(path, "themes"), **_laid_over(layers)}
    settings = _settings({**values, "source": path, "categories": rows}, layers, wrong)
    if settings is None or wrong:
        raise ConfigError(*dict.fromkeys(wrong))
    return settings


def read_tables(path: Path, environ: Mapping[str, str]) -> Settings:
    """Return what can be read of plugins and accounts, where ``load_settings`` found problems.

    The rest has its defaults; nothing may be started with it.
    """
    wrong: list[str] = []
    layers = _read(path, environ, wrong)
    every = {} if wrong else _laid_over(layers)
    values: Table = {"source": path, **{part: every[part] for part in LISTED if part in every}}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        for keys, _ in problems(error, Settings):
            values = _without(values, keys[: LISTED.get(keys[0], 0) + 1])
        return Settings.model_validate(values)


def _read(path: Path, environ: Mapping[str, str], wrong: list[str]) -> list[Layer]:
    """Return the switchboard, the secrets file and the environment, which wins."""
    return [
        read_file(path, wrong),
        read_secrets(environ, wrong),
        read_environment(environ, wrong),
    ]


def _laid_over(layers: list[Layer]) -> Table:
    values: Table = {}
    for layer in layers:
        values = over(values, {key: layer.table[key] for key in layer.table if key in NAMES})
    return values


def _without(table: Mapping[str, object], keys: Keys) -> Table:
    """Return *table* without what stands at *keys*."""
    first, *rest = keys
    inner = table.get(first)
    if rest and isinstance(inner, Mapping):
        return {**table, first: _without(inner, tuple(rest))}
    return {key: value for key, value in table.items() if key != first}


def _settings(values: Table, layers: list[Layer], wrong: list[str]) -> Settings | None:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        for path, text in problems(error, Settings):
            blamed = next((layer for layer in reversed(layers) if layer.sets(path)), layers[0])
            wrong.append(blamed.tell(path, text))
    return None


def _beside(path: Path, name: str) -> Path:
    """An operator's own file counts; where there is none, the one that Lianxin comes with."""
    own = path.parent / name
    return own if own.exists() else SHIPPED / name


def _read_categories(path: Path, wrong: list[str]) -> tuple[CategoryRow, ...]:
    rows = []
    table = read_file(path, wrong).table
    for name, row in table.items():
        if not isinstance(row, dict) or "id" in row:
            wrong.append(f"{path}: {name} must be a table without id: its name is the id")
            continue
        category, found = check_table(CategoryRow, {"id": name, **row}, f"{path}: {name}")
        wrong.extend(found)
        rows += [category] if category else []
    if table and "other" not in table:
        wrong.append(f"{path}: other is missing; what fits nowhere else goes there")
    return tuple(rows)


def _unknown(layer: Layer) -> Iterator[str]:
    for name in sorted(layer.table.keys() - NAMES):
        near = did_you_mean(name, NAMES)
        if layer.is_environment:
            near = did_you_mean(variable((name,)), [SECRETS_FILE, *_variables()])
        yield layer.tell((name,), f"is no setting{near}")


def _variables() -> Iterator[str]:
    for name in NAMES:
        inner = getattr(Settings.model_fields[name].annotation, "model_fields", None)
        yield from (variable((name, part)) for part in inner or ())
        if not inner:
            yield variable((name,))


def _misplaced_secrets(switchboard: Layer) -> Iterator[str]:
    way_out = f"or put it into the file that {SECRETS_FILE} names"
    for path in _secret_paths(switchboard.table):
        yield switchboard.tell(
            path, f"is a secret and must not stand here; set {variable(path)} {way_out}"
        )
    if _has_password(switchboard.table.get("database")):
        yield switchboard.tell(
            ("database",), f"has a password in it; set {variable(('database',))} {way_out}"
        )


def _secret_paths(table: Mapping[str, object], above: Keys = ()) -> Iterator[Keys]:
    for key, value in table.items():
        path = (*above, key)
        if path == ("texts",):
            continue
        if isinstance(value, Mapping):
            yield from _secret_paths(value, path)
        elif SECRET.search(key):
            yield path


def _has_password(url: object) -> bool:
    try:
        return isinstance(url, str) and urlsplit(url).password is not None
    except ValueError:
        return False


def _unlisted(switchboard: Layer, others: list[Layer]) -> Iterator[str]:
    for part, depth in LISTED.items():
        listed = set(switchboard.paths(part, depth))
        for layer in others:
            for path in layer.paths(part, depth):
                if path not in listed:
                    near = did_you_mean(".".join(path), map(".".join, listed))
                    yield layer.tell(path, f"belongs to no table of {switchboard.name}{near}")
