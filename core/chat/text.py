"""How typed text is read: width, digits, prefixes; the same for every platform and plugin."""

import re
import unicodedata
from typing import Final

PREFIXES: Final = "/!、"
_SPACE: Final = re.compile(r"\s+")
_HIDDEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"))


def plain(text: str) -> str:
    """Return *text* folded: full-width forms become ASCII, hidden characters go, ends are cut.

    ``３１７`` becomes ``317``, ``／help`` becomes ``/help``; ``。`` and ``、`` stay.
    """
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(_HIDDEN)).strip()


def squeeze(text: str) -> str:
    """Return *text* on one line with single spaces."""
    return _SPACE.sub(" ", text).strip()


def shorten(text: str, size: int) -> str:
    """Return *text* on one line of at most *size* characters, an ellipsis marking a cut."""
    line = squeeze(text)
    return line if len(line) <= size else line[: size - 1] + "…"


def surname(name: str) -> str:
    """Return how a person is addressed before 师傅: his surname, compound ones whole.

    Of a name in parts (阿里·拉扎) it is the first part, of a name that is not Chinese all of it.
    """
    first = name.partition("·")[0]
    if first != name or not "\u4e00" <= first[:1] <= "\u9fff":
        return first
    compound = first[:2] in _COMPOUND and first != first[:2]
    return first[:2] if compound else first[:1]


_COMPOUND: Final = frozenset(
    """欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐
    长孙 宇文 司徒 东方 独孤 南宫 呼延 端木 百里 西门""".split()  # noqa: SIM905 - legible
)
