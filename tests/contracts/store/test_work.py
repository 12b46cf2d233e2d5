"""Jobs, dialogs, parked things, files, numbers and days, on both databases."""

from collections.abc import Callable
from datetime import date

from core.chat.message import FileKind
from core.clock import FrozenClock
from core.store.records import (
    CalendarDay,
    Dialog,
    FileState,
    NewAttachment,
    NewJob,
    NewParked,
)
from core.store.store import Store
from core.store.unit import Unit
from tests.core.store.example import ACCOUNT, MINUTE, NOON, SEALER, Site

OWNERS = ("routing", "files")


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
