"""Filling an empty demo: the roster into the database, its people onto the sandbox's stage."""

from typing import Final, Protocol, cast

from core.app import App
from core.chat.stage import Stage, Staged
from core.domain.roster import RosterGroup, RosterPlan, RosterRow
from core.errors import PluginError
from core.store.roster import bind, import_roster

ACCOUNT: Final = "sandbox.main"
OPERATOR: Final = "operator"
SEEDED: Final = "seeded"


class LabelledStage(Stage, Protocol):
    """The sandbox's stage: it shows groups by title, and beside a name who somebody is."""

    async def title(self, chat: str, title: str) -> None: ...

    async def seat(
        self, user: str, name: str, *, private: bool = True, label: str = ""
    ) -> None: ...


async def seed(app: App, plan: RosterPlan) -> None:
    """Seat everybody of *plan*, once: what happened in the demo since then stays as it is."""
    state = app.house.store.state
    if await state.load("demo", SEEDED):
        return
    await import_roster(app.house.store, plan, app.house.clock.now(), app.house.zone)
    stage = stage_of(app)
    for group in plan.groups:
        await bind(app.house.store, ACCOUNT, group.key, group.key)
        await _seat(stage, group)
    await stage.seat(OPERATOR, "运维员", label="operator")
    app.directory.forget()
    # Every step may be done twice; so a demo that was stopped half-way is filled to the end.
    await state.save("demo", SEEDED, "yes")


def stage_of(app: App) -> LabelledStage:
    adapter = app.adapters[ACCOUNT]
    if not isinstance(adapter, Staged):
        raise PluginError(f"{ACCOUNT} has no stage to seat people on")
    return cast("LabelledStage", adapter.stage())


async def _seat(stage: LabelledStage, group: RosterGroup) -> None:
    await stage.title(group.key, group.name or group.key)
    for row in group.rows:
        if row.user:
            await stage.seat(row.user, row.name, label=label_of(row))
            await stage.join(group.key, row.user, row.name, quietly=True)


def label_of(row: RosterRow) -> str:
    """Return who somebody is, as the sandbox's page understands it: a role, perhaps a trade."""
    return f"{row.role.value} {row.trade}".strip()
