"""What every reading class of the store works with."""

from dataclasses import dataclass

from core.clock import Clock
from core.crypto import Sealer
from core.store.case_rows import FactRows
from core.store.ids import Ids
from core.store.step import Database, Reader


@dataclass(frozen=True, slots=True)
class Cabinet:
    """The two connections of an open store, and what makes rows of things."""

    reader: Reader
    database: Database
    sealer: Sealer
    clock: Clock
    ids: Ids
    facts: FactRows
