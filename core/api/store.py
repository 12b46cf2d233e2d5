"""What the store hands to plugins: records, and what a plugin's own tables are made of."""

from core.errors import Conflict
from core.store.fields import IdField, MomentField, to_millis, to_moment
from core.store.records import (
    Attachment,
    Dialog,
    Job,
    NewAttachment,
    NewJob,
    Place,
    PluginTables,
    SentLetter,
)
from core.store.rounds import RoundClock, Rounds
from core.store.step import Reader, Row, Step, Writer, marks
from core.store.unit import Deed

__all__ = [
    "Attachment",
    "Conflict",
    "Deed",
    "Dialog",
    "IdField",
    "Job",
    "MomentField",
    "NewAttachment",
    "NewJob",
    "Place",
    "PluginTables",
    "Reader",
    "RoundClock",
    "Rounds",
    "Row",
    "SentLetter",
    "Step",
    "Writer",
    "marks",
    "to_millis",
    "to_moment",
]
