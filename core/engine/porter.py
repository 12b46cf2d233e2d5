"""The porter fetches what people sent, takes out where it was made, and keeps it under lock.

Rule 1: a file is fetched after the commit that asked for it, never inside a turn.
Rule 2: pictures are written anew: no place, no camera, no more than the eye needs.
Rule 3: names on the disk are random, contents are sealed; only ``may`` opens them to anybody.
"""

import asyncio
import io
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from core import log
from core.chat.adapter import Adapter
from core.chat.message import FileKind, FileRef
from core.crypto import Sealer
from core.errors import DeliveryError
from core.kit.house import House
from core.store.records import Attachment, FileState, Job, NewJob
from core.store.unit import Unit

LOG = log.get(__name__)
LARGEST: Final = 20_000_000
"""Bytes of one file that are kept."""
SIDE: Final = 1600
"""Pixels of a picture's longer side."""
ENOUGH: Final = 100_000
"""Bytes a picture sent on may have: phones on a site pay for every megabyte."""
PAUSE: Final = timedelta(minutes=1)
"""Before a file is asked for again, where the platform names no time."""
GIVE_UP: Final = timedelta(days=1)
"""After which a file that cannot be fetched is given up."""
QUALITIES: Final = (82, 70, 55, 40)


class Porter:
    """Fetches and keeps attachments."""

    def __init__(
        self, house: House, adapters: Mapping[str, Adapter], sealer: Sealer, folder: Path
    ) -> None:
        self._store = house.store
        self._clock = house.clock
        self._adapters = adapters
        self._sealer = sealer
        self._folder = folder

    async def fetch(self, job: Job, unit: Unit) -> None:
        """Fetch the job's file and write down where it is; a refusal for good marks it lost."""
        file = await self._store.files.get(int(job.data["file"]))
        if file is None or file.state is not FileState.WAITING:
            return
        try:
            raw = await self._receive(file)
        except DeliveryError as error:
            await self._refused(file, job, unit, error)
            return
        path, size = await asyncio.to_thread(self._put_away, file.kind, raw)
        await self._store.files.keep(file.id, path, size)

    async def _refused(self, file: Attachment, job: Job, unit: Unit, error: DeliveryError) -> None:
        now, pause = self._clock.now(), error.retry_after or PAUSE
        for_good = error.retry_after is None and not error.unknown
        if for_good or now - file.at > GIVE_UP:
            LOG.warning("file_lost", file=file.id, reason=error.reason)
            await self._store.files.lose(file.id)
            return
        LOG.warning("file_waits", file=file.id, reason=error.reason)
        unit.job(NewJob(job.owner, job.name, now + pause, job.lane, job.data))

    async def read(self, number: int) -> bytes:
        """Return a kept file's bytes; empty when it is gone."""
        file = await self._store.files.get(number)
        if file is None or file.state is not FileState.KEPT:
            return b""
        return await asyncio.to_thread(self._take_out, file.path)

    async def _receive(self, file: Attachment) -> bytes:
        adapter = self._adapters[file.account]
        parts, size = [], 0
        async for part in adapter.fetch(FileRef(file.kind, file.ref, file.name, file.size)):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise DeliveryError(f"file {file.id} is larger than {LARGEST} bytes")
        return b"".join(parts)

    def _put_away(self, kind: FileKind, raw: bytes) -> tuple[str, int]:
        clean = strip_picture(raw) if kind is FileKind.PHOTO else raw
        self._folder.mkdir(parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        fresh = self._folder / f"{name}.new"
        fresh.write_bytes(self._sealer.seal(clean))
        fresh.rename(self._folder / name)
        return name, len(clean)

    def _take_out(self, name: str) -> bytes:
        return self._sealer.open(self._folder.joinpath(name).read_bytes())


def strip_picture(raw: bytes) -> bytes:
    """Return the picture alone, as a small JPEG; what is no picture, as it is."""
    try:
        with Image.open(io.BytesIO(raw)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return raw
    upright.thumbnail((SIDE, SIDE))
    for quality in QUALITIES:
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= ENOUGH:
            break
    return out.getvalue()
