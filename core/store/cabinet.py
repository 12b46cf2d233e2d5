"""What every reading class of the store works with.

Rule: whoever works on an open transaction (what follows from a commit) reads on it, so he sees
what was just written; and he can begin no other, for he would wait for himself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from core.clock import Clock
from core.crypto import Sealer
from core.errors import Conflict
from core.store.case_rows import FactRows
from core.store.ids import Ids
from core.store.step import Database, Reader, Writer


@dataclass(frozen=True, slots=True, eq=False)
class Cabinet:
    """The two connections of an open store, and what makes rows of things."""

    beside: Reader
    base: Database
    sealer: Sealer
    clock: Clock
    ids: Ids
    facts: FactRows

    @property
    def open(self) -> Writer | None:
        """The transaction this task works on."""
        cabinet, writer = _OPEN.get()
        return writer if cabinet is self else None

    @property
    def reader(self) -> Reader:
        return self.open or self.beside

    @property
    def database(self) -> Database:
        """For writes of one's own. Raises Conflict on an open transaction."""
        if self.open is not None:
            raise Conflict("what follows from a commit writes with its unit alone")
        return self.base

    @contextmanager
    def on(self, writer: Writer) -> Iterator[None]:
        """Let this task work on *writer*."""
        token = _OPEN.set((self, writer))
        try:
            yield
        finally:
            _OPEN.reset(token)


_OPEN: Final[ContextVar[tuple[Cabinet | None, Writer | None]]] = ContextVar(
    "open", default=(None, None)
)
