"""The switchboard: a TOML file, a secrets file and the environment become one frozen Settings."""

from core.settings.check import check_table, did_you_mean
from core.settings.load import load_settings, read_tables
from core.settings.model import Attention, CategoryRow, Settings, Web

__all__ = [
    "Attention",
    "CategoryRow",
    "Settings",
    "Web",
    "check_table",
    "did_you_mean",
    "load_settings",
    "read_tables",
]
