"""Files: fetched after the commit, stripped, sealed; a platform that says later is asked later."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from core.chat.message import FileKind
from core.engine.porter import ENOUGH, SIDE, strip_picture
from core.errors import DeliveryError
from core.store.records import FileState, NewAttachment, NewJob
from tests.laws.deployment import ACCOUNT, Deployment, deployed

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


def picture(size: tuple[int, int] = (64, 48), orientation: int = 1) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "maker of the camera"
    Image.effect_noise(size, 90).convert("RGB").save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


async def kept(site: Deployment, kind: FileKind, *answers: bytes | Exception) -> int:
    """Let a turn keep a file that the platform gives out as *answers*; return its id."""
    site.slate.files.extend(answers)
    store = site.app.house.store
    unit, now = store.unit(), site.clock.now()
    number = unit.attachment(NewAttachment(kind=kind, name="a.jpg", account=ACCOUNT, ref="r"))
    unit.job(NewJob("core", "fetch", now, f"file:{number}", {"file": number}))
    await store.commit(unit)
    await site.app.settle()
    return number


async def state(site: Deployment, number: int) -> FileState:
    file = await site.app.house.store.files.get(number)
    assert file is not None
    return file.state


async def read(site: Deployment, number: int) -> bytes:
    return b"".join([part async for part in site.app.desks[ACCOUNT].read_file(number)])


async def test_a_file_is_fetched_after_the_commit_and_can_be_read(site: Deployment) -> None:
    number = await kept(site, FileKind.VOICE, b"a voice")
    assert await state(site, number) is FileState.KEPT
    assert await read(site, number) == b"a voice"


async def test_what_lies_on_the_disk_is_sealed_and_nameless(site: Deployment) -> None:
    await kept(site, FileKind.VOICE, b"a voice")
    (path,) = (site.folder / "files").iterdir()
    assert b"a voice" not in path.read_bytes()
    assert "a.jpg" not in path.name


async def test_a_picture_is_kept_without_where_it_was_taken(site: Deployment) -> None:
    number = await kept(site, FileKind.PHOTO, picture())
    with Image.open(io.BytesIO(await read(site, number))) as shown:
        assert not shown.getexif()
    assert b"maker" not in await read(site, number)


@pytest.mark.parametrize(
    "error",
    [
        DeliveryError("429", retry_after=MINUTE),
        DeliveryError("timed out", unknown=True),
    ],
)
async def test_a_platform_that_says_later_is_asked_later(
    site: Deployment, error: DeliveryError
) -> None:
    number = await kept(site, FileKind.VOICE, *[error] * 5, b"a voice")
    assert await state(site, number) is FileState.WAITING
    await site.app.advance(site.clock.now() + 5 * MINUTE)
    assert await state(site, number) is FileState.KEPT
    assert await site.app.house.store.parked.count() == 0


async def test_a_file_that_is_gone_is_lost(site: Deployment) -> None:
    number = await kept(site, FileKind.VOICE, DeliveryError("no such file"))
    assert await state(site, number) is FileState.LOST
    assert await read(site, number) == b""


async def test_a_file_that_cannot_be_had_for_a_day_is_given_up(site: Deployment) -> None:
    late = DeliveryError("away", retry_after=timedelta(hours=5))
    number = await kept(site, FileKind.VOICE, *[late] * 10)
    await site.app.advance(site.clock.now() + timedelta(days=2))
    assert await state(site, number) is FileState.LOST


async def test_a_file_too_large_is_lost(site: Deployment) -> None:
    number = await kept(site, FileKind.FILE, bytes(20_000_001))
    assert await state(site, number) is FileState.LOST


def test_a_picture_is_turned_upright() -> None:
    with Image.open(io.BytesIO(strip_picture(picture((64, 48), orientation=6)))) as shown:
        assert shown.size == (48, 64)


def test_a_large_picture_becomes_small() -> None:
    clean = strip_picture(picture((3000, 2000)))
    with Image.open(io.BytesIO(clean)) as shown:
        assert max(shown.size) <= SIDE


def test_a_picture_of_a_phone_is_small_enough_to_send_on() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((3000, 2000)).convert("RGB").save(out, "PNG")
    assert len(strip_picture(out.getvalue())) <= ENOUGH


@pytest.mark.parametrize("raw", [b"", b"no picture", picture()[:200]])
def test_what_is_no_picture_stays_as_it_is(raw: bytes) -> None:
    assert strip_picture(raw) == raw
