"""Plugins and adapters are found by the names in the config, and wrong names are told plainly."""

import pytest

from core.errors import ConfigError
from core.loader import load_adapter, load_plugin, shipped
from tests.laws import bell


def test_a_plugin_of_ours_is_found_by_its_short_name() -> None:
    assert load_plugin("help").name == "help"


def test_somebody_elses_is_found_by_its_dotted_path() -> None:
    assert load_plugin("tests.laws.bell") is bell.plugin


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hlep", 'plugins.hlep is not there: no module plugins.hlep.plugin; did you mean "help"?'),
        ("no.such.place", "plugins.no.such.place is not there: no module no.such.place"),
        ("tests.laws.deployment", "tests.laws.deployment holds no Plugin named plugin"),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest_right_one(name: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_plugin(name)
    assert told in str(error.value)


def test_an_adapter_is_found_by_its_platform() -> None:
    assert load_adapter("sandbox").name == "sandbox"


def test_a_platform_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match='did you mean "sandbox"'):
        load_adapter("sandbx")


def test_what_is_shipped_can_be_loaded() -> None:
    for name in shipped("plugins"):
        assert load_plugin(name).name == name
