"""How typed text is folded, shortened, and a surname is found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat.text import plain, shorten, squeeze, surname

TYPED = st.text(max_size=80)
WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("３１７", "317"),
        ("／help", "/help"),
        ("！take　５", "!take 5"),
        ("  我来 ", "我来"),
        ("、帮忙", "、帮忙"),
        ("好了。", "好了。"),
        ("要帮忙吗？", "要帮忙吗?"),
        ("\ufeff/he\u200blp", "/help"),
        ("", ""),
        ("plain", "plain"),
    ],
)
def test_typed_text_is_folded(typed: str, folded: str) -> None:
    assert plain(typed) == folded


@given(TYPED)
def test_folding_twice_is_folding_once(typed: str) -> None:
    assert plain(plain(typed)) == plain(typed)


@given(TYPED)
def test_folded_text_has_no_hidden_signs_and_no_open_ends(typed: str) -> None:
    folded = plain(typed)
    assert not set(folded) & set("\u200b\u200c\u200d\ufeff\u2060")
    assert folded == folded.strip()


@given(st.text(st.characters(max_codepoint=0x7F), max_size=80))
def test_ascii_is_only_cut_at_its_ends(typed: str) -> None:
    assert plain(typed) == typed.strip()


@given(st.text(st.sampled_from(sorted(WIDE)), min_size=1, max_size=20))
def test_every_wide_form_becomes_its_narrow_one(typed: str) -> None:
    assert plain(typed) == "".join(WIDE[sign] for sign in typed).strip()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40))
def test_chinese_stays_as_it_is(typed: str) -> None:
    assert plain(typed) == unicodedata.normalize("NFKC", typed)


@given(TYPED)
def test_squeezed_text_is_one_line(typed: str) -> None:
    line = squeeze(typed)
    assert "\n" not in line
    assert "  " not in line


@given(TYPED, st.integers(1, 30))
def test_shortened_text_fits(typed: str, size: int) -> None:
    short = shorten(typed, size)
    assert len(short) <= size
    assert short == squeeze(typed) or short.endswith("…")


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("仵金生", "仵"),
        ("欧阳建国", "欧阳"),
        ("欧阳", "欧"),
        ("司徒强", "司徒"),
        ("李四", "李"),
        ("John Smith", "John Smith"),
        ("", ""),
    ],
)
def test_a_surname_is_found(name: str, family: str) -> None:
    assert surname(name) == family
