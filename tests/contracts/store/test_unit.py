"""A unit is written whole, once, or not at all, on both databases."""

import pytest

from core.chat.letter import LetterKind
from core.domain import fact as f
from core.domain.org import Role
from core.errors import Conflict, Repeated, RuleError
from core.store.records import (
    Dialog,
    LetterState,
    NewJob,
    NewLetter,
)
from core.store.unit import Write, Writer
from tests.core.store.example import ACCOUNT, MINUTE, NOON, Site

OWNERS = ("routing", "files")


async def test_a_unit_commits_all_of_itself(site: Site) -> None:
    store, unit = site.store, site.store.unit()
    unit.mark(ACCOUNT, "g1", "m1", 0)
    case = site.opening(unit, 317)
    unit.case_message(site.chat.id, "m1", case.id)
    letter = unit.letter(NewLetter(site.chat.id, LetterKind.REPLY, "收到"))
    job = unit.job(NewJob("routing", "offer", NOON, f"case:{case.id}", {"case": case.id}))
    unit.dialog(Dialog(site.home.id, site.wu.id, "intake", "where", {"n": 1}, NOON + MINUTE))
    unit.look(case.id, site.zhang.id, NOON)
    await store.commit(unit)
    assert await store.cases.by_number(317) == case
    assert await store.cases.by_message(site.chat.id, "m1") == case.id
    assert await store.cases.lookers(case.id) == (site.zhang.id,)
    outgoing = await store.letters.get(letter)
    assert outgoing is not None
    assert (outgoing.letter.text, outgoing.state) == ("收到", LetterState.DUE)
    assert [one.id for one in await store.jobs.due(NOON, 10, OWNERS)] == [job]
    dialog = await store.dialogs.get(site.home.id, site.wu.id)
    assert dialog is not None
    assert (dialog.step, dialog.data) == ("where", {"n": 1})
    assert unit.opened_dialogs == await store.dialogs.standing()


async def test_a_refusing_guard_leaves_nothing(site: Site) -> None:
    async def refuse(_: Writer) -> None:
        raise RuleError("core.not_yours")

    unit = site.store.unit()
    unit.mark(ACCOUNT, "g1", "m1", 0)
    case = site.opening(unit, 317)
    unit.guard(refuse)
    with pytest.raises(RuleError):
        await site.store.commit(unit)
    assert await site.store.cases.get(case.id) is None
    unit.guards.clear()
    await site.store.commit(unit)
    assert await site.store.cases.get(case.id) == case


async def test_a_failing_write_leaves_nothing(site: Site) -> None:
    unit = site.store.unit()
    case = site.opening(unit, 317)
    unit.write(site.store.places.adding(site.chat))
    with pytest.raises(Conflict):
        await site.store.commit(unit)
    assert await site.store.cases.get(case.id) is None


async def test_a_guard_sees_what_the_transaction_sees(site: Site) -> None:
    seen: list[Role] = []

    async def guard(writer: Writer) -> None:
        found = await site.store.people.memberships(site.zhang.id, on=writer)
        seen.extend(m.role for m in found)

    unit = site.store.unit()
    unit.guard(guard)
    site.opening(unit, 1)
    await site.store.commit(unit)
    assert seen == [Role.CADRE]


async def test_a_repeated_message_stops_and_leaves_nothing(site: Site) -> None:
    for version in (0, 1):
        unit = site.store.unit()
        unit.mark(ACCOUNT, "g1", "m1", version)
        await site.store.commit(unit)
    repeat = site.store.unit()
    repeat.mark(ACCOUNT, "g1", "m1", 0)
    case = site.opening(repeat, 317)
    with pytest.raises(Repeated):
        await site.store.commit(repeat)
    assert await site.store.cases.get(case.id) is None
    assert await site.case(318) == await site.store.cases.by_number(318)


async def test_a_repeat_whose_case_has_moved_on_is_a_repeat_and_no_conflict(site: Site) -> None:
    case = await site.case(317)
    fact = f.CaseNoted(at=NOON, case=case.id, actor=site.zhang.id, text="去看过")
    for expected in (None, Repeated):
        unit = site.store.unit()
        unit.mark(ACCOUNT, "g1", "m2", 0)
        site.happening(unit, case, fact)
        if expected is None:
            await site.store.commit(unit)
            continue
        with pytest.raises(expected):
            await site.store.commit(unit)
    assert len(await site.store.cases.history(case.id)) == 2


async def test_a_job_is_taken_once(site: Site) -> None:
    unit = site.store.unit()
    job = unit.job(NewJob("prompts", "post", NOON, "job:prompts"))
    await site.store.commit(unit)
    for expected in (None, Repeated):
        taking = site.store.unit()
        taking.take_job(job)
        if expected is None:
            await site.store.commit(taking)
            continue
        with pytest.raises(expected):
            await site.store.commit(taking)
    assert await site.store.jobs.get(job) is None


async def test_a_stale_case_is_a_conflict(site: Site) -> None:
    case = await site.case(317)
    first, second = site.store.unit(), site.store.unit()
    for unit in (first, second):
        site.happening(unit, case, f.CaseNoted(at=NOON, case=case.id, actor=site.zhang.id))
    await site.store.commit(first)
    with pytest.raises(Conflict):
        await site.store.commit(second)


async def test_a_case_that_changes_inside_the_transaction_is_a_conflict(site: Site) -> None:
    case = await site.case(317)

    async def meanwhile(writer: Writer) -> None:
        await writer.execute("UPDATE cases SET version = version + 1 WHERE id = ?", case.id)

    unit = site.store.unit()
    unit.guard(meanwhile)
    site.happening(unit, case, f.CaseNoted(at=NOON, case=case.id, actor=site.zhang.id))
    with pytest.raises(Conflict):
        await site.store.commit(unit)
    assert await site.store.cases.get(case.id) == case


async def test_many_rows_go_in_chunks(site: Site) -> None:
    unit = site.store.unit()
    for number in range(450):
        unit.letter(NewLetter(site.chat.id, LetterKind.BULK, str(number)))
    await site.store.commit(unit)
    assert await site.store.letters.backlog() == {LetterState.DUE: 450}


async def test_what_follows_is_committed_with_the_unit_or_leaves_no_trace(site: Site) -> None:
    first, second, third = (site.store.unit() for _ in range(3))
    first.letter(NewLetter(site.chat.id, LetterKind.REPLY, "first"))
    case = site.opening(second, 317)
    third.mark(ACCOUNT, "g1", "m1", 0)
    third.take_job(1)
    seen: list[object] = []

    async def follow(write: Write) -> None:
        await write(second)
        seen.append(await site.store.cases.get(case.id))
        with pytest.raises(Repeated):
            await write(third)
        with pytest.raises(Conflict, match="with its unit alone"):
            await site.store.commit(site.store.unit())

    first.sequel = follow
    await site.store.commit(first)
    assert seen == [case]
    assert await site.store.cases.by_number(317) == case
    assert await site.store.reader.fetch("SELECT COUNT(*) FROM mark") == [(0,)]
    assert sum((await site.store.letters.backlog()).values()) == 1


async def test_a_unit_whose_sequel_dies_is_not_written(site: Site) -> None:
    unit = site.store.unit()
    unit.letter(NewLetter(site.chat.id, LetterKind.REPLY, "first"))

    async def die(_write: Write) -> None:
        raise SystemExit

    unit.sequel = die
    with pytest.raises(SystemExit):
        await site.store.commit(unit)
    assert await site.store.letters.backlog() == {}
