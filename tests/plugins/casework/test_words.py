"""Which plain words are a promise, which are talk, and that every sentence exists twice."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from core.chat.text import plain
from plugins.casework.talk import PROMISE, REPORTED
from plugins.myside.talk import APART, CHATTER, GOOD, GOOD_THANKS, JOINED, SOLVED, UNSOLVED

ROOT = Path(__file__).parent.parent.parent.parent / "plugins"

PROMISES = (
    "办", "马上办", "马上安排", "安排", "下午来修", "今天下午就来修", "这就办",
    "好的,马上安排", "行,办",
    "收到,明天安排人去修", "我们明天来弄", "办!", "尽快处理一下", "现在就去看看", "On it",
)  # fmt: skip
TALK = (
    "办个证", "不办", "怎么办", "办不了", "谁来办", "安排什么", "马上下班", "来修过了吗",
    "明天", "好的",
    "收到", "没法安排", "办得怎么样了", "这事不归我办", "办公室在哪",
)  # fmt: skip
SOLVED_WORDS = (
    "好了 谢谢", "好了,谢谢", "修好了", "已经修好了", "解决了", "可以了谢谢",
    "可以了,谢谢李姐", "弄好了!",
    "都解决了,多谢", "水通了", "搞定了,辛苦了", "终于修好了,谢谢大家", "到账了",
    "Fixed, thanks",
)  # fmt: skip
NOT_SOLVED_WORDS = (
    "不用了谢谢", "好了吗", "好了没", "修好了吗", "修好了?", "好的谢谢", "谢谢", "没好",
    "什么时候能修好",
    "修好了再说", "好了别说了", "解决了吗?谢谢", "好了", "可以了", "快修好了吧?",
)  # fmt: skip
UNSOLVED_WORDS = (
    "没解决", "又坏了", "还没好", "没修好", "还是不行", "又漏了", "还没解决,昨天又停水",
    "根本没修好", "又停了。",
    "还没到账", "still broken",
)  # fmt: skip
NOT_UNSOLVED_WORDS = (
    "没事", "没好处", "好了没", "还没好吗", "又来了", "没有", "不行", "还没下班",
    "又下雨了", "没办法", "没解决方案吗",
)  # fmt: skip
ME_TOO = (
    "+1",
    "+1",
    "我也是",
    "俺也是",
    "我也要",
    "加一",
    "同求",
    "我们宿舍也是",
    "我也需要!",
    "me too",
)
NOT_ME_TOO = ("我也不知道", "+10", "1", "我也是醉了", "我也去过", "也是")


@pytest.mark.parametrize("words", PROMISES)
def test_this_is_a_promise(words: str) -> None:
    assert PROMISE.fullmatch(plain(words))


@pytest.mark.parametrize("words", TALK)
def test_this_is_no_promise(words: str) -> None:
    assert not PROMISE.fullmatch(plain(words))


@pytest.mark.parametrize("words", SOLVED_WORDS)
def test_this_says_it_is_solved(words: str) -> None:
    assert SOLVED.fullmatch(plain(words)) or GOOD_THANKS.fullmatch(plain(words))


@pytest.mark.parametrize("words", NOT_SOLVED_WORDS)
def test_this_does_not_say_so(words: str) -> None:
    assert not SOLVED.fullmatch(plain(words))
    assert not GOOD_THANKS.fullmatch(plain(words))


@pytest.mark.parametrize("words", ["好了", "可以了", "没问题了。"])
def test_bare_words_count_where_it_is_plain_what_is_meant(words: str) -> None:
    assert GOOD.fullmatch(plain(words))


@pytest.mark.parametrize("words", UNSOLVED_WORDS)
def test_this_says_it_is_not_solved(words: str) -> None:
    assert UNSOLVED.fullmatch(plain(words))


@pytest.mark.parametrize("words", NOT_UNSOLVED_WORDS)
def test_this_does_not_doubt_it(words: str) -> None:
    assert not UNSOLVED.fullmatch(plain(words))


@pytest.mark.parametrize("words", ME_TOO)
def test_this_joins(words: str) -> None:
    assert JOINED.fullmatch(plain(words))


@pytest.mark.parametrize("words", NOT_ME_TOO)
def test_this_does_not_join(words: str) -> None:
    assert not JOINED.fullmatch(plain(words))


@pytest.mark.parametrize(
    "words", ["好的", "谢谢", "嗯嗯", "收到,谢谢", "知道了", "不用了谢谢", "👍"]
)
def test_this_is_no_news_for_the_lead(words: str) -> None:
    assert CHATTER.fullmatch(plain(words))


@pytest.mark.parametrize("words", ["三号楼东边", "没有", "有两个", "好的,在三号楼"])
def test_this_is_news_for_the_lead(words: str) -> None:
    assert not CHATTER.fullmatch(plain(words))


@pytest.mark.parametrize(
    "words",
    [
        "三个月没发了",
        "老板拖着不给钱",
        "两个月没给",
        "没发钱",
        "不发钱",
        "包工头扣我们钱",
        "老板跑路了",
        "他们打我",
        "说要打断我的腿",
        "要砍我",
    ],
)
def test_this_is_no_part_of_another_matter(words: str) -> None:
    assert APART.search(words)


@pytest.mark.parametrize(
    "words", ["要大一点的", "打我电话", "车棚那边的树要砍吗", "等了三个月", "给点钉子"]
)
def test_this_may_be_part_of_any_matter(words: str) -> None:
    assert not APART.search(words)


@pytest.mark.parametrize(
    ("words", "reports"), [("办好了", True), ("已经修好了", True), ("好了吗", False)]
)
def test_a_manager_reports_with_plain_words(words: str, *, reports: bool) -> None:
    assert bool(REPORTED.fullmatch(words)) is reports


# sentences


def flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def sentences(plugin: str, language: str) -> dict[str, str]:
    path = ROOT / plugin / "texts" / f"{language}.toml"
    return dict(flat(tomllib.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("plugin", ["casework", "myside"])
def test_every_sentence_exists_in_both_languages_with_the_same_values(plugin: str) -> None:
    chinese, english = sentences(plugin, "zh"), sentences(plugin, "en")
    assert chinese.keys() == english.keys()
    for key in chinese.keys() - {"shifu"}:
        values = [set(re.findall(r"{(\w+)}", one[key])) for one in (chinese, english)]
        assert values[0] == values[1], key


@pytest.mark.parametrize("plugin", ["casework", "myside"])
def test_every_sentence_that_code_names_is_there(plugin: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / plugin).glob("*.py"))
    named = set(re.findall(r'(?:text|tap|RuleError)\(\s*"([\w.]+)"', source))
    known = sentences(plugin, "zh").keys()
    assert {key for key in named if not key.startswith("core.")} <= known


@pytest.mark.parametrize("plugin", ["casework", "myside"])
def test_chinese_is_written_as_the_house_writes_it(plugin: str) -> None:
    for key, sentence in sentences(plugin, "zh").items():
        assert not re.search("[，？！：；（）]", sentence), key


def test_what_a_worker_reads_is_short() -> None:
    long = {key: one for key, one in sentences("myside", "zh").items() if len(one) > 60}
    assert not long
