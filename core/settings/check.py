"""What is wrong with a table, in sentences an operator can act on; values are never repeated."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
Path = tuple[str, ...]

PLAIN: Final = {
    "missing": "is missing",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "time_parsing": "must be a time such as 12:15",
    "time_type": "must be a time such as 12:15",
    "zoneinfo_type": "must be a time zone such as Asia/Shanghai",
    "path_type": "must be a path in quotes",
}


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return the end of a sentence that offers the name nearest to *word*, or nothing."""
    near = difflib.get_close_matches(word, list(names), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def check_table(
    model: type[M], table: Mapping[str, object], where: str
) -> tuple[M | None, tuple[str, ...]]:
    """Read *table* as *model*; each problem begins with *where*: ``lianxin.toml: plugins.x``."""
    try:
        return model.model_validate(dict(table)), ()
    except ValidationError as error:
        found = problems(error, model)
        return None, tuple(f"{'.'.join((where, *path))} {text}" for path, text in found)


def problems(error: ValidationError, model: type[BaseModel]) -> list[tuple[Path, str]]:
    """Return each problem as the path of its key and the sentence's end."""
    details = error.errors(include_url=False, include_input=False)
    return [(tuple(map(str, one["loc"])), _sentence(one, model)) for one in details]


def _sentence(one: ErrorDetails, model: type[BaseModel]) -> str:
    if one["type"] == "extra_forbidden":
        *path, name = map(str, one["loc"])
        return f"is no setting{did_you_mean(name, _names(model, path))}"
    if one["type"] == "value_error":
        return one["msg"].removeprefix("Value error, ")
    if one["type"] == "zoneinfo_str":
        near = did_you_mean(str(one.get("ctx", {}).get("value")), available_timezones())
        return f"{PLAIN['zoneinfo_type']}{near}"
    wording = one["msg"][:1].lower() + one["msg"][1:]
    return PLAIN.get(one["type"], wording.replace("input should", "must"))


def _names(model: type[BaseModel], path: list[str]) -> Iterable[str]:
    """Return what may be set where *path* leads, so far as models say it."""
    here: object = model
    for part in path:
        here = _inside(here, part)
    return here.model_fields if isinstance(here, type) and issubclass(here, BaseModel) else ()


def _inside(kind: object, part: str) -> object:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(part)
        return field.annotation if field else None
    return next(iter(arg for arg in reversed(get_args(kind)) if arg is not ...), None)
