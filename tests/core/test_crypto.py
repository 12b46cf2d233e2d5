"""What is sealed stays sealed, and keys can change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import Sealer, digest, new_salt
from core.errors import ConfigError, StoreError

OLD, NEW = Sealer.fresh_key(), Sealer.fresh_key()


@given(st.text())
def test_a_sealed_text_opens_as_it_was(text: str) -> None:
    sealer = Sealer([OLD])
    assert sealer.open_text(sealer.seal(text)) == text


def test_the_same_text_never_looks_the_same() -> None:
    sealer = Sealer([OLD])
    assert sealer.seal("工资") != sealer.seal("工资")


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed() -> None:
    sealed = Sealer([OLD]).seal("工资")
    both = Sealer([NEW, OLD])
    assert both.open_text(sealed) == "工资"
    assert Sealer([NEW]).open_text(both.seal("工资")) == "工资"


def test_a_text_that_no_key_opens_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="secret key"):
        Sealer([NEW]).open(Sealer([OLD]).seal("工资"))


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "工资"]])
def test_a_key_that_is_none_is_refused(keys: list[str]) -> None:
    with pytest.raises(ConfigError, match="secret_keys"):
        Sealer(keys)


def test_a_refused_key_is_not_shown() -> None:
    with pytest.raises(ConfigError) as refusal:
        Sealer(["hunter2"])
    assert "hunter2" not in str(refusal.value)


@given(st.lists(st.binary()), st.lists(st.binary()))
def test_two_lists_share_no_digest(one: list[bytes], two: list[bytes]) -> None:
    assert (digest(*one) == digest(*two)) == (one == two)


def test_salts_differ() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
