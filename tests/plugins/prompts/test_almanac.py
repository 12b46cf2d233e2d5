"""The themes and openings of a folder."""

import shutil
from pathlib import Path

import pytest

from core.errors import ConfigError
from plugins.prompts.almanac import read_almanac

SHIPPED = Path(__file__).parents[3] / "config" / "themes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "themes"))


def test_the_shipped_themes_cover_the_week_in_both_languages(folder: Path) -> None:
    almanac = read_almanac(folder)
    assert [theme.weekday for theme in almanac.themes] == [1, 2, 3, 4, 5]
    assert [theme.private_answers for theme in almanac.themes] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert all(len(theme.prompts) >= 6 for theme in almanac.themes)
    assert all({"zh", "en"} <= opening.keys() for opening in almanac.openings)


def test_openings_take_turns_and_end_where_they_began(folder: Path) -> None:
    almanac = read_almanac(folder)
    seen = [almanac.openings[0]["zh"]]
    for _ in almanac.openings:
        seen.append(almanac.another(seen[-1], "zh"))
    assert seen[0] == seen[-1]
    assert set(seen) == {one["zh"] for one in almanac.openings}
    assert almanac.another("her own", "zh") == seen[0]


def test_every_problem_of_every_file_is_told_at_once(folder: Path) -> None:
    (folder / "monday.toml").write_text("weekday = 9\n", encoding="utf-8")
    (folder / "openings.toml").write_text("[[opening]]\nzh = 3\n", encoding="utf-8")
    (folder / "sunday.toml").write_text("not toml", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_almanac(folder)
    told = "\n".join(error.value.problems)
    assert all(name in told for name in ("monday.toml", "openings.toml", "sunday.toml"))


def test_a_folder_without_openings_is_refused(folder: Path) -> None:
    (folder / "openings.toml").unlink()
    with pytest.raises(ConfigError, match=r"openings\.toml: cannot be read"):
        read_almanac(folder)


def test_two_files_for_one_weekday_are_refused(folder: Path) -> None:
    shutil.copy(folder / "monday.toml", folder / "second.toml")
    with pytest.raises(ConfigError, match=r"second\.toml: another file has this weekday"):
        read_almanac(folder)
