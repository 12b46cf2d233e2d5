"""``/plugins``: which plugins are on, and switching one off or on in one group."""

from difflib import get_close_matches
from typing import Final

from core.api.people import Group
from core.api.plugin import OPERATORS, RuleError, Text, Turn, text
from plugins.admin.declare import plugin

SWITCH: Final = "plugin."
"""A group's setting ``plugin.<name>`` with the value ``off``."""
OFF: Final = "off"
OFF_WORDS: Final = frozenset({"off", "关"})
ON_WORDS: Final = frozenset({"on", "开"})


@plugin.command("plugins", "插件", who=OPERATORS, example="/plugins off prompts xiboliang")
async def show_plugins(turn: Turn, switch: str = "", name: str = "", group: str = "") -> None:
    """List the plugins; with on or off and a name, switch one in a group."""
    if not switch:
        await turn.answer(await _list(turn, turn.group))
        return
    if switch not in OFF_WORDS | ON_WORDS:
        raise RuleError("core.usage", example="/plugins off prompts xiboliang")
    where = await _group(turn, group)
    _check_name(turn, name)
    value = OFF if switch in OFF_WORDS else None
    turn.unit.write(turn.read.people.setting(where.id, f"{SWITCH}{name}", value))
    key = "switch.off" if value else "switch.on"
    await turn.answer(text(key, name=name, group=where.name))


async def _list(turn: Turn, group: Group | None) -> tuple[Text, ...]:
    off = await turn.read.people.settings(group.id) if group else {}
    lines = [
        text("switch.line_off" if off.get(f"{SWITCH}{name}") == OFF else "switch.line", name=name)
        for name in turn.house.plugins
    ]
    title = text("switch.title_here", group=group.name) if group else text("switch.title")
    return (title, *lines)


async def _group(turn: Turn, key: str) -> Group:
    found = await turn.read.people.group_by_key(key) if key else turn.group
    if found is None:
        raise RuleError("switch.no_group" if key else "switch.which_group", group=key)
    return found


def _check_name(turn: Turn, name: str) -> None:
    """Raise RuleError unless *name* is a plugin that may be off in a group."""
    if name == plugin.name:
        raise RuleError("switch.not_this", name=name)
    if name not in turn.house.plugins:
        near = get_close_matches(name, turn.house.plugins, n=1)
        key = "switch.unknown_near" if near else "switch.unknown"
        raise RuleError(key, name=name, near=near[0] if near else "")
