"""What an operator may set about routing, and how he is told what he may not."""

import pytest
from pydantic import ValidationError

from core.api.case import Priority
from plugins.routing.declare import RoutingSettings


def test_a_limit_is_replaced_and_the_others_stay() -> None:
    settings = RoutingSettings(limits={"P2": {"accept": "1 h daytime"}})
    usual = RoutingSettings().by_priority
    assert settings.by_priority[Priority.P2].accept != usual[Priority.P2].accept
    assert settings.by_priority[Priority.P3] == usual[Priority.P3]


def test_a_limit_that_cannot_be_read_is_told_with_the_nearest_right_name() -> None:
    with pytest.raises(ValidationError, match=r'P2\.acept: is no limit; did you mean "accept"\?'):
        RoutingSettings(limits={"P2": {"acept": "1 h"}})
