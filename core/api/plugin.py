"""All that the author of a plugin holds in hand."""

from core.errors import ConfigError, RuleError
from core.kit.arguments import CaseNumber, OnOff, Rest, Who
from core.kit.heard import Heard
from core.kit.plugin import CHAIRS, EVERYONE, OPERATORS, Command, Plugin, Where
from core.kit.plugin import HELPERS as HELPER_ROLES
from core.kit.rights import may_give
from core.kit.turn import Quoted, Turn
from core.kit.words import Text, Words, text

__all__ = [
    "CHAIRS",
    "EVERYONE",
    "HELPER_ROLES",
    "OPERATORS",
    "CaseNumber",
    "Command",
    "ConfigError",
    "Heard",
    "OnOff",
    "Plugin",
    "Quoted",
    "Rest",
    "RuleError",
    "Text",
    "Turn",
    "Where",
    "Who",
    "Words",
    "may_give",
    "text",
]
