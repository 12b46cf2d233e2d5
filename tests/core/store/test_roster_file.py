"""Roster files as people really save them."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from core.errors import ConfigError
from core.store.roster_file import read_roster

TEXT = "group,handle,name,role\nxiboliang,wu,仵金生,工人\n"


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        read_roster(path)
    return told.value.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_save(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(TEXT, encoding=encoding)
    assert [row.name for row in read_roster(path).rows] == ["仵金生"]


def test_semicolons_may_stand_between_the_cells(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(TEXT.replace(",", ";"), encoding="utf-8")
    assert [row.user for row in read_roster(path).rows] == ["sandbox:wu"]


def test_a_workbook_is_read_and_its_numbers_are_handles(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["group", "handle", "name", "role", "crew"])
    sheet.append(["xiboliang", 123.0, "仵金生", "worker", None])
    book.save(tmp_path / "roster.xlsx")
    (row,) = read_roster(tmp_path / "roster.xlsx").rows
    assert (row.user, row.crew) == ("sandbox:123", "")


def test_each_problem_names_the_file_and_the_row(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(TEXT.replace("工人", "农民"), encoding="utf-8")
    assert problems(path) == ("roster.csv: row 2: 农民 is no role; did you mean 农民工?",)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("roster.pdf", b"", "roster.pdf: .pdf is no roster; it ends with .csv or .xlsx"),
        ("roster.csv", b"", "roster.csv: there is no header row"),
        (
            "roster.csv",
            b"\xff\xff\xff",
            "roster.csv: is neither UTF-8 nor GB18030; save it as CSV UTF-8",
        ),
        (
            "roster.xlsx",
            b"no zip",
            "roster.xlsx: is no XLSX file; save it again as XLSX or as CSV UTF-8",
        ),
        ("roster.csv", b'group,"handle\n', "roster.csv: is no CSV (unexpected end of data)"),
    ],
)
def test_a_file_that_is_no_roster_gets_one_sentence(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert problems(path) == (why,)


def test_a_file_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.csv") == (
        "none.csv: cannot be read (No such file or directory)",
    )
