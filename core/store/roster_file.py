"""Roster files: CSV or XLSX to plain rows; whatever is wrong with the file is one sentence."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from core.domain.roster import RosterPlan, read_rows
from core.errors import ConfigError

ENCODINGS: Final = ("utf-8-sig", "gb18030")
"""UTF-8 with and without its mark, then what a Chinese spreadsheet saves as plain CSV."""
SEPARATORS: Final = ",;\t"


def read_roster(path: Path) -> RosterPlan:
    """Return what the file says; raises ConfigError with every problem, each naming the file."""
    try:
        rows = _rows(path)
        return read_rows(next(rows, ()), rows)
    except ConfigError as error:
        raise ConfigError(*(f"{path.name}: {problem}" for problem in error.problems)) from None
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read ({error.strerror or error})") from error


def _rows(path: Path) -> Iterator[list[str]]:
    match path.suffix.lower():
        case ".csv" | ".txt":
            return _csv(path)
        case ".xlsx":
            return _xlsx(path)
        case ending:
            raise ConfigError(f"{ending or 'no ending'} is no roster; it ends with .csv or .xlsx")


def _csv(path: Path) -> Iterator[list[str]]:
    text = _text(path.read_bytes())
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error as error:
        raise ConfigError(f"is no CSV ({error})") from error


def _text(raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError("is neither UTF-8 nor GB18030; save it as CSV UTF-8")


def _xlsx(path: Path) -> Iterator[list[str]]:
    # Only an operator with a spreadsheet needs openpyxl: a bot that starts does not wait for it.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ConfigError("is no XLSX file; save it again as XLSX or as CSV UTF-8") from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        rows: Iterable[tuple[object, ...]] = sheet.iter_rows(values_only=True) if sheet else ()
        yield from (list(map(_cell, row)) for row in rows)
    finally:
        book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    # A spreadsheet keeps the handle 123 as the number 123.0.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
