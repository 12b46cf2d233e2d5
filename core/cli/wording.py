"""What can be wrong with sentences: gaps, braces, values that nobody gives."""

from collections.abc import Iterator
from difflib import get_close_matches
from string import Formatter
from typing import Final

from core.kit.words import Texts
from core.settings import Settings, did_you_mean

SPOKEN: Final = ("zh", "en")
"""The languages that everything must be said in; others may have gaps, which the default fills."""
BRACES: Final = "has a brace too many or too few; write {{ for a brace"
Values = frozenset[str]


def wordings(shipped: Texts) -> Iterator[str]:
    """Yield what is missing in a language, and which values look like slips of the pen.

    Languages may differ in their values: a surname here, the whole name there.
    """
    every = {language: shipped.sentences(language) for language in shipped.languages()}
    for language in SPOKEN:
        for key in sorted(shipped.keys() - every.get(language, {}).keys()):
            yield f"texts: {key} is missing in {language}"
    for language, sentences in every.items():
        for key, sentence in sorted(sentences.items()):
            values = values_of(sentence)
            if values is None:
                yield f"texts: {language} {key} {BRACES}"
                continue
            others = [values_of(one[key]) or Values() for one in every.values() if key in one]
            for value in sorted(values - Values.intersection(*others)):
                absent = Values.union(*others) - values
                if near := get_close_matches(value, absent, n=1):
                    yield f"texts: {language} {key} has {{{value}}}, elsewhere it is {{{near[0]}}}"


def overridden(shipped: Texts, settings: Settings) -> Iterator[str]:
    """Yield the values in the operator's own sentences that nobody gives."""
    for language, sentences in settings.texts.items():
        for key, sentence in sentences.items():
            where = f"{settings.source}: texts.{language}.{key}"
            values, given = values_of(sentence), given_to(key, shipped)
            if values is None:
                yield f"{where} {BRACES}"
                continue
            for value in sorted(values - given):
                near = did_you_mean(value, given)
                yield f"{where}: nobody gives it the value {{{value}}}{near}"


def given_to(key: str, shipped: Texts) -> Values:
    """Return the values that any language uses in the sentence *key*."""
    sentences = (shipped.sentences(one).get(key, "") for one in shipped.languages())
    return Values().union(*(values_of(one) or Values() for one in sentences))


def values_of(sentence: str) -> Values | None:
    """Return the names in braces; None for a sentence that cannot be filled."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        return None
    return Values(name for _, name, _, _ in parts if name is not None)
