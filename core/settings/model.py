"""What may be set, with its defaults and limits; no file and no environment is read here."""

import base64
import binascii
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    model_validator,
)

FERNET_KEY_BYTES: Final = 32
DATABASES: Final = ("sqlite://", "asyncpg://")

_FLAG: Final = TypeAdapter(bool)


def _one_zone(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("must be a local time such as 21:00, without a zone")
    return value


def _split(value: object) -> object:
    """Several keys come from the environment as one line."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _seals(key: SecretStr) -> SecretStr:
    try:
        length = len(base64.urlsafe_b64decode(key.get_secret_value()))
    except (binascii.Error, ValueError):
        length = 0
    if length != FERNET_KEY_BYTES:
        raise ValueError("must be 32 bytes in URL-safe base64 (44 signs)")
    return key


def _known_database(url: str) -> str:
    if not url.startswith(DATABASES):
        raise ValueError("must start with sqlite:// or, for PostgreSQL, asyncpg://")
    try:
        urlsplit(url)
    except ValueError:
        raise ValueError("is no address of a database") from None
    return url


def _with_switch(table: dict[str, object]) -> dict[str, object]:
    """A plugin that is listed is on, unless its table says otherwise."""
    try:
        return {**table, "enabled": _FLAG.validate_python(table.get("enabled", True))}
    except ValidationError:
        raise ValueError("is switched by enabled = true or false, nothing else") from None


def _flat(texts: object) -> object:
    """``core.ack = "..."`` is a nested table to TOML; here it is the sentence named core.ack."""
    if not isinstance(texts, Mapping):
        return texts
    flat: dict[str, object] = {}
    for key, value in texts.items():
        inner = _flat(value)
        if isinstance(inner, dict):
            flat |= {f"{key}.{name}": text for name, text in inner.items()}
        else:
            flat[str(key)] = inner
    return flat


LocalTime = Annotated[time, AfterValidator(_one_zone)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
SealingKey = Annotated[SecretStr, AfterValidator(_seals)]
Plugin = Annotated[dict[str, object], AfterValidator(_with_switch)]
Sentences = Annotated[dict[str, str], BeforeValidator(_flat)]


class Web(BaseModel):
    """Where the one HTTP server listens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class Attention(BaseModel):
    """How often Lianxin may speak unasked. It may be set lower than the law says, never higher."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group_posts_per_day: int = Field(default=2, ge=0, le=2)
    person_messages_per_week: int = Field(default=2, ge=0, le=2)
    quiet_from: LocalTime = time(21)
    quiet_until: LocalTime = time(7)
    digest_at: LocalTime = time(18)
    prompt_at: LocalTime = time(12, 15)


class CategoryRow(BaseModel):
    """One subject of requests, as its table in ``categories.toml`` says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    visibility: Literal["board", "staff", "union_only", "sealed"]
    priority: int = Field(ge=0, le=4)
    skill: str = ""


class Settings(BaseModel):
    """All that the operator decided. ``source``: the switchboard; ``secret_keys``: newest first.

    Made by ``load_settings``, which knows where each value came from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Path
    language: Language = "zh"
    timezone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    data: Annotated[Path, AfterValidator(Path.expanduser)] = Path("data")
    database: Annotated[str, AfterValidator(_known_database)] = Field(default="", repr=False)
    operator: str = ""
    secret_keys: Annotated[tuple[SealingKey, ...], BeforeValidator(_split)] = ()
    web: Web = Web()
    attention: Attention = Attention()
    accounts: dict[str, dict[str, dict[str, object]]] = Field(default_factory=dict, repr=False)
    plugins: dict[str, Plugin] = Field(default_factory=dict, repr=False)
    texts: dict[str, Sentences] = Field(default_factory=dict, repr=False)
    categories: tuple[CategoryRow, ...] = Field(default=(), repr=False)
    themes: Path = Path("config/themes")

    @model_validator(mode="before")
    @classmethod
    def _keep_the_database_with_the_data(cls, values: dict[str, object]) -> dict[str, object]:
        file = Path(str(values.get("data", "data"))).expanduser() / "lianxin.db"
        return {"database": f"sqlite://{file}", **values}

    @property
    def active_plugins(self) -> dict[str, dict[str, object]]:
        """The tables of the plugins that are on, in routing order, without their switch."""
        return {
            name: {key: value for key, value in table.items() if key != "enabled"}
            for name, table in self.plugins.items()
            if table["enabled"]
        }
