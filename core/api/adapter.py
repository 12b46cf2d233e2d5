"""All that the author of an adapter needs."""

from core.chat.adapter import Adapter, AdapterKind, Desk, Mounts, Surroundings
from core.chat.capabilities import Capabilities, Pace
from core.chat.letter import Button, Letter, LetterKind, OutFile
from core.chat.message import FileKind, FileRef, Incoming, Kind, Sender
from core.chat.stage import Stage
from core.errors import ConfigError, DeliveryError, RuleError, Scope, StoreError

__all__ = [
    "Adapter",
    "AdapterKind",
    "Button",
    "Capabilities",
    "ConfigError",
    "DeliveryError",
    "Desk",
    "FileKind",
    "FileRef",
    "Incoming",
    "Kind",
    "Letter",
    "LetterKind",
    "Mounts",
    "OutFile",
    "Pace",
    "RuleError",
    "Scope",
    "Sender",
    "Stage",
    "StoreError",
    "Surroundings",
]
