"""How a roster's cells are read: roles, sides, functions, handles, zones; English and Chinese.

Each reader returns the value, or raises ValueError with what is wrong and the nearest right word.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from core.domain.org import Role, Side

LONGEST_HANDLE: Final = 200
HOME_PLATFORM: Final = "sandbox"
"""Whose user a handle without a platform is."""

ROLES: Final[Mapping[str, Role]] = {
    **{role.value: role for role in Role},
    "upper": Role.UPPER,
    "工人": Role.WORKER,
    "工友": Role.WORKER,
    "职工": Role.WORKER,
    "农民工": Role.WORKER,
    "班组长": Role.FOREMAN,
    "班长": Role.FOREMAN,
    "工长": Role.FOREMAN,
    "包工头": Role.FOREMAN,
    "干部": Role.CADRE,
    "工会干部": Role.CADRE,
    "主席": Role.CHAIR,
    "工会主席": Role.CHAIR,
    "项目经理": Role.MANAGER,
    "经理": Role.MANAGER,
    "管理": Role.MANAGER,
    "管理人员": Role.MANAGER,
    "上级": Role.UPPER,
    "上级工会": Role.UPPER,
    "运维": Role.OPERATOR,
    "管理员": Role.OPERATOR,
    "专家": Role.SPECIALIST,
    "医生": Role.SPECIALIST,
    "律师": Role.SPECIALIST,
}
SIDES: Final[Mapping[str, Side]] = {
    **{side.value: side for side in Side},
    "工人": Side.WORKER,
    "工会": Side.UNION,
    "单位": Side.EMPLOYER,
    "企业": Side.EMPLOYER,
    "用人单位": Side.EMPLOYER,
    "项目部": Side.EMPLOYER,
    "外部": Side.OUTSIDE,
    "未知": Side.UNKNOWN,
    "不清楚": Side.UNKNOWN,
}
FUNCTIONS: Final[Mapping[str, str]] = {
    **{name: name for name in ("engineering", "quality", "safety", "wages", "doctor", "lawyer")},
    "工程": "engineering",
    "质量": "quality",
    "安全": "safety",
    "工资": "wages",
    "劳资": "wages",
    "医生": "doctor",
    "律师": "lawyer",
}
_LANGUAGES: Final[Mapping[str, str]] = {"中文": "zh", "汉语": "zh", "英语": "en", "english": "en"}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8})?")
_HANDLE: Final = re.compile(r"(?:(?P<platform>[a-z][a-z0-9_]*):)?(?P<name>\S+)")
_GAP: Final = re.compile(r"[\s_-]+")
_SEVERAL: Final = re.compile("[;；]")


def fold(cell: str) -> str:
    """Return a cell as it is compared and kept: full-width forms become ASCII, ends are cut."""
    return cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()


def fold_name(cell: str) -> str:
    """Return a column's or role's name as it is looked up."""
    return _GAP.sub("_", fold(cell).lower())


def several(cell: str) -> tuple[str, ...]:
    """Return the values of a cell, each once; they are separated by semicolons."""
    return tuple(dict.fromkeys(one for part in _SEVERAL.split(cell) if (one := part.strip())))


def near(word: str, words: Iterable[str]) -> str:
    """Return "; did you mean x?" for the one of *words* closest to *word*, else nothing."""
    found = get_close_matches(word, sorted(words), n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""


@lru_cache(maxsize=256)
def to_role(cell: str) -> Role:
    """Return the role; functions of a specialist name him too."""
    role = ROLES.get(fold_name(cell))
    if role is None:
        raise ValueError(f"{cell} is no role{near(fold_name(cell), ROLES)}")
    return role


@lru_cache(maxsize=256)
def to_side(cell: str) -> Side:
    side = SIDES.get(fold_name(cell))
    if side is None:
        raise ValueError(f"{cell} is no side{near(fold_name(cell), SIDES)}")
    return side


@lru_cache(maxsize=256)
def to_function(cell: str) -> str:
    function = FUNCTIONS.get(fold_name(cell)) if cell else ""
    if function is None:
        raise ValueError(f"{cell} is no function{near(fold_name(cell), FUNCTIONS)}")
    return function


@lru_cache(maxsize=256)
def to_language(cell: str) -> str:
    code = _LANGUAGES.get(cell.lower(), cell)
    if code and not _LANGUAGE.fullmatch(code):
        raise ValueError(f"{cell} is no language; write zh, en or another short code")
    return code


@lru_cache(maxsize=1024)
def to_zone(cell: str) -> ZoneInfo | None:
    """Return the zone; None for an empty cell."""
    if not cell:
        return None
    if cell not in available_timezones():
        raise ValueError(f"{cell} is no time zone{near(cell, available_timezones())}")
    return ZoneInfo(cell)


def to_user(cell: str) -> str:
    """Return the platform user that a handle names: ``sandbox:wu`` for ``wu``, else as it is."""
    handle = cell.removeprefix("@")
    if not handle:
        return ""
    found = _HANDLE.fullmatch(handle)
    if found is None or len(handle) > LONGEST_HANDLE:
        raise ValueError(f"{cell} is no handle; write wu, telegram:123 or matrix:@a:b")
    return handle if found["platform"] else f"{HOME_PLATFORM}:{handle}"
