"""What is a command and what is talk, and that no typing whatever breaks the reading of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat.text import plain
from core.engine.commands import Called, CommandIndex
from core.errors import PluginError
from core.kit.arguments import CaseNumber, Rest, Unfit, compile_parameters, parse
from core.kit.plugin import Command, Plugin


def plugin_with(*names: tuple[str, ...]) -> Plugin:  # type: ignore[type-arg]
    plugin = Plugin("p")
    for name, *words in names:

        @plugin.command(name, *words)
        async def handle(_turn: object) -> None:
            return None

    return plugin


INDEX = CommandIndex(
    plugin_with(
        ("take", "我来", "接"), ("status", "进度"), ("done", "办好了", "办结"), ("help", "帮助")
    ).declared.commands
)
TYPED = st.text(max_size=40)
NUMBERS = st.integers(0, 999_999_999)
WORDS = st.sampled_from(["我来", "接", "进度", "办好了", "办结", "帮助"])
TALK = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20)


def called(text: str, *, private: bool = True) -> tuple[str, str] | None:
    """Return (command, words), the command empty when there is none of the name."""
    found = INDEX.find(plain(text), private=private)
    return None if found is None else (found.command.name if found.command else "", found.words)


@pytest.mark.parametrize("prefix", ["/", "!", "／", "！", "、"])
@pytest.mark.parametrize("private", [True, False])
def test_every_prefix_opens_a_command_anywhere(prefix: str, *, private: bool) -> None:
    assert called(f"{prefix}take 5", private=private) == ("take", "5")
    assert called(f"{prefix}我来 5", private=private) == ("take", "5")
    assert called(f"{prefix} take 5", private=private) == ("take", "5")


@pytest.mark.parametrize(
    ("typed", "command", "words"),
    [
        ("接317", "take", "317"),
        ("接 317", "take", "317"),
        ("接 #317", "take", "317"),
        ("317我来", "take", "317"),
        ("317号我来", "take", "317"),
        ("317 我来", "take", "317"),
        ("３１７", "status", "317"),
        ("我来", "take", ""),
        ("办好了 317 灯换过了", "done", "317 灯换过了"),
        ("办好了317:灯换过了", "done", "317 灯换过了"),
        ("take 5", "take", "5"),
        ("TAKE 5", "take", "5"),
        ("help", "help", ""),
    ],
)
def test_in_private_plain_words_are_commands(typed: str, command: str, words: str) -> None:
    assert called(typed) == (command, words)


@pytest.mark.parametrize(
    "typed",
    [
        "问一下工资",
        "我来了",
        "接一下我",
        "进度怎么样了",
        "我来说两句",
        "帮助一下老王吧",
        "5 6",
        "好的好的",
    ],
)
def test_in_private_talk_stays_talk(typed: str) -> None:
    assert called(typed) is None


@pytest.mark.parametrize("typed", ["take 5", "接317", "317我来", "317", "我来", "help"])
def test_in_a_group_nothing_is_a_command_without_its_prefix(typed: str) -> None:
    assert called(typed, private=False) is None


def test_a_bot_named_behind_the_command_is_no_word_of_it() -> None:
    assert called("/take@lianxin_bot 5", private=False) == ("take", "5")


@pytest.mark.parametrize("typed", ["/", "//", "/5", "! !", "/ ", "/?"])
def test_a_prefix_alone_is_talk(typed: str) -> None:
    assert called(typed, private=False) is None


def test_a_slash_before_what_is_no_command_is_told_so() -> None:
    assert called("/nonsense 5", private=False) == ("", "5")


def test_a_pause_mark_before_what_is_no_command_is_punctuation() -> None:
    assert called("、还有一件事", private=False) is None


@pytest.mark.parametrize(("typed", "near"), [("stats", "status"), ("Tke", "take")])
def test_the_nearest_command_is_found(typed: str, near: str) -> None:
    found = INDEX.nearest(typed)
    assert found is not None
    assert found.name == near


def test_what_is_near_to_nothing_has_no_neighbour() -> None:
    assert INDEX.nearest("xyzzy") is None


def test_two_plugins_may_not_declare_one_name() -> None:
    commands = [*plugin_with(("take",)).declared.commands]
    other = Plugin("q")

    @other.command("pick", "take")
    async def handle(_turn: object) -> None:
        return None

    with pytest.raises(PluginError, match="by p and by q"):
        CommandIndex([*commands, *other.declared.commands])


def test_a_thousand_commands_are_told_apart() -> None:
    names = [
        chr(97 + n // 676 % 26) + chr(97 + n // 26 % 26) + chr(97 + n % 26) for n in range(1000)
    ]
    index = CommandIndex(plugin_with(*[(name,) for name in names]).declared.commands)
    for name in names:
        found = index.find(f"/{name} 1", private=False)
        assert found is not None
        assert found.command is not None
        assert found.command.name == name


@given(TYPED, st.booleans())
def test_no_typing_breaks_the_reading(typed: str, private: bool) -> None:  # noqa: FBT001 - drawn
    found = INDEX.find(plain(typed), private=private)
    assert found is None or isinstance(found, Called)


@given(TYPED)
def test_what_a_group_calls_a_private_chat_calls_too(typed: str) -> None:
    in_group = called(typed, private=False)
    assert in_group is None or called(typed) == in_group


@given(WORDS, NUMBERS)
def test_a_word_beside_a_number_is_the_command_either_way_round(word: str, number: int) -> None:
    before, behind = called(f"{word}{number}"), called(f"{number}{word}")
    assert before == behind
    assert before is not None
    assert before[1] == str(number)


@given(WORDS, TALK)
def test_a_word_at_the_head_of_talk_is_talk(word: str, talk: str) -> None:
    known = {"我来", "接", "进度", "办好了", "办结", "帮助"}
    assert word + talk in known or called(word + talk) is None


@given(WORDS, NUMBERS)
def test_wide_digits_are_digits(word: str, number: int) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    assert called(f"{word}{wide}") == called(f"{word}{number}")


@given(st.sampled_from("/!、／！"), st.sampled_from(["take", "我来", "接"]), TYPED)
def test_all_that_follows_is_kept_for_the_arguments(prefix: str, name: str, rest: str) -> None:
    words = plain(rest)
    found = called(f"{prefix}{name} {words}", private=False)
    assert found == ("take", words)


async def note(_turn: object, number: CaseNumber, text: Rest) -> None:
    """Stand for a handler with a number and words."""


@given(NUMBERS, st.text(min_size=1, max_size=40).map(plain).filter(bool))
def test_a_number_and_words_are_told_apart(number: int, text: str) -> None:
    parameters = compile_parameters(note)
    if text[0].isdigit() or text.startswith("号"):
        return
    values = parse(parameters, f"{number} {text}")
    assert values == {"number": number, "text": text}


@given(TYPED)
def test_arguments_fit_or_are_unfit_and_nothing_else(typed: str) -> None:
    parameters = compile_parameters(note)
    try:
        values = parse(parameters, plain(typed))
    except Unfit:
        return
    assert set(values) == {"number", "text"}


def test_a_command_knows_its_owner() -> None:
    (command,) = plugin_with(("take",)).declared.commands
    assert isinstance(command, Command)
    assert (command.plugin, command.example) == ("p", "/take")
