"""What the subcommand makes of a file of sentences."""

import json
from pathlib import Path

import pytest

from core.errors import ConfigError
from plugins.intake.classify import classified, classify

ROWS = 'text,from\n"能不能给大家搭个棚子?",wu\n早上好,ma\n我们三个月没发工资了,hai\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_row_gets_its_verdict(
    tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "talk.csv"
    file.write_text(ROWS, encoding=encoding)
    classify(file)
    shed, talk, wages = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(shed) == ["text", "decision", "category", "visibility", "marks", "score"]
    assert (shed["decision"], shed["category"], shed["visibility"]) == ("open", "living", "board")
    assert (talk["decision"], talk["category"]) == ("ignore", None)
    assert (wages["category"], wages["visibility"]) == ("wages", "union_only")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"words\nhello\n", "no column text"),
        (b"", "no column text"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB 18030"),
        (b'text\n"never closed', "line"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "talk.csv"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=told):
        list(classified(file))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        list(classified(tmp_path / "none.csv"))
