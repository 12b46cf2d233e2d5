"""The errors of the house say who must act, and carry what he needs."""

from datetime import timedelta

from core import errors
from core.errors import BotError, ConfigError, DeliveryError, DriftError, RuleError, Scope

AT_MOST = 10


def test_a_config_error_tells_every_problem_on_a_line() -> None:
    error = ConfigError("one", "two")
    assert error.problems == ("one", "two")
    assert str(error) == "one\ntwo"


def test_a_rule_error_keeps_the_sentence_and_its_values() -> None:
    error = RuleError("core.usage", example="/take 5")
    assert (error.key, error.values, error.owner) == ("core.usage", {"example": "/take 5"}, "")
    assert "/take 5" in str(error)
    assert str(RuleError("core.parked")) == "core.parked"


def test_a_delivery_error_is_for_its_letter_alone_unless_it_says_more() -> None:
    error = DeliveryError("429", retry_after=timedelta(seconds=3))
    assert (error.scope, error.unknown, str(error)) == (Scope.LETTER, False, "429")


def test_drift_is_a_failure_of_the_store() -> None:
    assert issubclass(DriftError, errors.StoreError)


def test_the_tree_has_one_root_and_few_branches() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type)]
    ours = [one for one in kinds if issubclass(one, BotError)]
    raised = [one for one in kinds if issubclass(one, Exception)]
    assert ours == raised
    assert len(ours) <= AT_MOST
