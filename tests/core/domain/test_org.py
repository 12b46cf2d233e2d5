"""Memberships: when they are in force and whom they make a helper."""

from datetime import timedelta

import pytest

from core.domain.org import HELPERS, SIDE_OF, Role, Side
from tests.core.domain.given import NOW, member

HOUR = timedelta(hours=1)


def test_a_membership_begins_on_time_and_has_ended_at_its_end() -> None:
    held = member(Role.CADRE, since=NOW, until=NOW + HOUR)
    at = {hours: held.holds(NOW + hours * HOUR) for hours in (-1, 0, 1)}
    assert at == {-1: False, 0: True, 1: False}


def test_an_open_membership_always_holds() -> None:
    assert member(Role.WORKER).holds(NOW)


@pytest.mark.parametrize("role", Role)
def test_a_helper_has_the_role_and_stands_with_the_union(role: Role) -> None:
    assert member(role, side=Side.UNION).helps is (role in HELPERS)
    assert not member(role, side=Side.EMPLOYER).helps
    assert member(role).side is SIDE_OF[role]
