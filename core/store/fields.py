"""Kinds of columns that Tortoise does not bring: our own ids, and moments as UTC milliseconds."""

from datetime import UTC, datetime, timedelta
from typing import Any, overload

from tortoise.fields import BigIntField
from tortoise.models import Model

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@overload
def to_millis(moment: datetime) -> int: ...
@overload
def to_millis(moment: datetime | None) -> int | None: ...
def to_millis(moment: datetime | None) -> int | None:
    """Return *moment* as UTC milliseconds since 1970, rounded down."""
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


@overload
def to_moment(millis: int) -> datetime: ...
@overload
def to_moment(millis: int | None) -> datetime | None: ...
def to_moment(millis: int | None) -> datetime | None:
    """Return the aware UTC moment that *millis* stands for."""
    return None if millis is None else _EPOCH + millis * _MILLISECOND


class MomentField(BigIntField):
    """An aware ``datetime`` outside, UTC milliseconds in a BIGINT inside: alike everywhere."""

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> int | None:  # noqa: ANN401, ARG002
        return to_millis(value) if isinstance(value, datetime) else value

    def to_python_value(self, value: Any) -> Any:  # noqa: ANN401
        return to_moment(value) if isinstance(value, int) else value


class IdField(BigIntField):
    """A primary key that the program makes; on SQLite it is the row's own place in the table."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        # Tortoise writes no ``generated`` into migrations, and would number the rows itself.
        super().__init__(**{**options, "primary_key": True, "generated": False})

    class _db_sqlite:  # noqa: N801 - Tortoise looks it up by this name
        SQL_TYPE = "INTEGER"
