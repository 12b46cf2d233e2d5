"""Who may give which command where: what help shows is what the router lets pass."""

from core.errors import RuleError
from core.kit.heard import Heard
from core.kit.plugin import EVERYONE, Command, Where


def may_give(command: Command, heard: Heard) -> bool:
    """Whether this person may give *command* here."""
    return bool(command.where & _here(heard)) and _has_role(command, heard)


def check_right(command: Command, heard: Heard) -> None:
    """Raise RuleError unless this person may give *command* here."""
    if not _has_role(command, heard):
        raise RuleError("core.not_for_you", name=command.name)
    if not command.where & _here(heard):
        key = "core.only_in_group" if heard.private else "core.only_in_private"
        raise RuleError(key, name=command.name)


def _here(heard: Heard) -> Where:
    return Where.PRIVATE if heard.private else Where.GROUP


def _has_role(command: Command, heard: Heard) -> bool:
    return command.who == EVERYONE or bool(command.who & heard.roles)
