"""The subcommand ``classify``: what the rules make of each sentence of a file, as JSON lines."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.api.plugin import ConfigError
from plugins.intake.declare import RULES, plugin
from plugins.intake.rules import Rules

COLUMN: Final = "text"
ENCODINGS: Final = ("utf-8-sig", "gb18030")


@plugin.tool("classify")
def classify(file: Path) -> None:
    """Print what each sentence of a CSV file (column ``text``) would become."""
    for row in classified(file):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def classified(file: Path) -> Iterator[dict[str, object]]:
    """Yield the verdict on each row, as said in a group. Raises ConfigError for a bad file."""
    rules = Rules.load(RULES)
    for words in sentences(file):
        verdict = rules.judge(words, private=False, asked=False)
        yield {
            "text": words,
            "decision": verdict.decision,
            "category": verdict.category,
            "visibility": verdict.visibility or "board",
            "marks": sorted(verdict.marks),
            "score": verdict.score,
        }


def sentences(file: Path) -> list[str]:
    """Return the column ``text`` of *file*, which is UTF-8 or GB 18030."""
    table = csv.DictReader(io.StringIO(_decoded(file), newline=""), strict=True)
    try:
        names = table.fieldnames or ()
        if COLUMN not in names:
            found = ", ".join(names) or "nothing"
            raise ConfigError(f"{file.name}: there is no column {COLUMN} (found: {found})")
        return [row[COLUMN] or "" for row in table]
    except csv.Error as error:
        raise ConfigError(f"{file.name}: line {table.line_num}: {error}") from error


def _decoded(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(f"{file.name}: is neither UTF-8 nor GB 18030 text")
