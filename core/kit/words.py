"""Sentences: kept in files per language, found by key, filled with values, overridable."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core import log
from core.errors import ConfigError

LOG = log.get(__name__)
DEFAULT = "zh"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence by its key, with its values; a value may be a Text itself."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


Words = str | Text | tuple["Words", ...]
"""What can be said: a string as it stands, a Text, or several of these, a line each."""


def text(key: str, /, **values: object) -> Text:
    """Return the sentence *key* of the plugin at work, or ``core.<key>`` of the house's own."""
    return Text(key, values)


class Texts:
    """All sentences of a deployment, in all its languages."""

    def __init__(self, default: str = DEFAULT) -> None:
        self.default = default
        self._sentences: dict[str, dict[str, str]] = {}

    def load(self, owner: str, folder: Path) -> None:
        """Take in ``zh.toml``, ``en.toml`` … of *owner*; raises ConfigError for a broken file."""
        for path in sorted(folder.glob("*.toml")):
            try:
                table = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise ConfigError(f"{path.name} of {owner}: {error}") from error
            mine = self._sentences.setdefault(path.stem, {})
            mine.update({f"{owner}.{key}": sentence for key, sentence in _flat(table)})

    def override(self, language: str, sentences: Mapping[str, str]) -> list[str]:
        """Put the operator's own *sentences* in place; return the keys that no plugin knows."""
        mine = self._sentences.setdefault(language, {})
        known = {key for table in self._sentences.values() for key in table}
        mine.update({key: one for key, one in sentences.items() if key in known})
        return [key for key in sentences if key not in known]

    def languages(self) -> list[str]:
        """Return the languages there are, the default first."""
        return sorted(self._sentences, key=lambda name: (name != self.default, name))

    def sentences(self, language: str) -> Mapping[str, str]:
        """Return what *language* has, by key."""
        return dict(self._sentences.get(language, {}))

    def keys(self) -> set[str]:
        """Return every key, as ``owner.key``."""
        return {key for table in self._sentences.values() for key in table}

    def knows(self, key: str) -> bool:
        """Whether there is a sentence ``owner.key`` in any language."""
        return any(key in table for table in self._sentences.values())

    def say(self, words: Words, owner: str, language: str = "") -> str:
        """Return *words* in *language*, in the default where it is empty or has no such words."""
        if isinstance(words, str):
            return words
        if isinstance(words, tuple):
            lines = (self.say(part, owner, language) for part in words)
            return "\n".join(line for line in lines if line)
        template = self._find(words.key, owner, language or self.default)
        values = {
            name: self._value(value, owner, language) for name, value in words.values.items()
        }
        return template.format_map(values)

    def _value(self, value: object, owner: str, language: str) -> object:
        return self.say(value, owner, language) if isinstance(value, Text | tuple) else value

    def _find(self, key: str, owner: str, language: str) -> str:
        names = (key,) if key.startswith("core.") else (f"{owner}.{key}", key)
        for table in (self._sentences.get(language, {}), self._sentences.get(self.default, {})):
            for name in names:
                if name in table:
                    return table[name]
        LOG.error("sentence_missing", sentence=key, owner=owner, language=language)
        return key


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value).strip("\n")
