"""Case numbers: a secret shuffle of 1, 2, 3, so that nobody reads from them how many there are.

The first 900 cases share the numbers of three digits, the next 9,000 those of four, then five,
then six. Within such a block a Feistel network, keyed and walked until it lands inside, gives each
case a number of its own: no two alike, none left out, nothing to store.
"""

from hashlib import blake2b
from typing import Final

from core.errors import RuleError

DIGITS: Final = range(3, 7)
_ROUNDS: Final = 8


class CaseNumbers:
    """Turns the sequence of cases into their numbers; the key never changes in a deployment."""

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("case numbers need a key")
        self._key = blake2b(key).digest()

    def number(self, sequence: int) -> int:
        """Return the number of the case at *sequence*, which begins with 0.

        Raises RuleError ``core.numbers_are_used_up`` after 999,900 cases.
        """
        if sequence < 0:
            raise ValueError(f"the sequence of cases begins with 0, not {sequence}")
        for digits in DIGITS:
            lowest = int(10 ** (digits - 1))
            size = 9 * lowest
            if sequence < size:
                return lowest + self._shuffled(sequence, size)
            sequence -= size
        raise RuleError("core.numbers_are_used_up")

    def _shuffled(self, place: int, size: int) -> int:
        half = (size.bit_length() + 1) // 2
        while True:
            # The network spans a little more than the block; what falls outside goes round again.
            place = self._permuted(place, half, size)
            if place < size:
                return place

    def _permuted(self, place: int, half: int, size: int) -> int:
        mask = (1 << half) - 1
        left, right = place >> half, place & mask
        for turn in range(_ROUNDS):
            seed = b"%d %d %d" % (size, turn, right)
            mixed = int.from_bytes(blake2b(seed, key=self._key, digest_size=4).digest())
            left, right = right, left ^ (mixed & mask)
        return left << half | right
