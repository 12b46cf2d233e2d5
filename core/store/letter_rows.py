"""Letters as rows and back; the body (words, buttons, files) is one sealed piece."""

import json
from datetime import datetime
from typing import Final

from core.chat.letter import Button, LetterKind, OutFile, Urgency
from core.chat.message import FileKind
from core.crypto import Sealer
from core.store.fields import to_millis, to_moment
from core.store.records import LetterState, NewLetter, Outgoing, Place
from core.store.step import Row, columns_of, insert
from core.store.tables_work import LetterRow

INSERT_LETTER: Final = insert(LetterRow)
OUTGOING: Final = (
    f"SELECT {', '.join(f'l.{name}' for name in columns_of(LetterRow))},"
    " p.account, p.chat, p.group_id, p.person_id, p.private, p.open, e.message"
    " FROM letter l JOIN place p ON p.id = l.place_id LEFT JOIN letter e ON e.id = l.edits_id"
)


_WIPED: Final = '["", [], []]'


def letter_row(letter: NewLetter, sealer: Sealer, now: datetime) -> Row:
    """Return the row of a new letter, due at once unless it says when."""
    created = to_millis(now)
    return (
        letter.id,
        letter.place,
        letter.kind.value,
        int(letter.urgency),
        LetterState.DUE.value,
        0,
        created,
        to_millis(letter.due_at) if letter.due_at else created,
        to_millis(letter.expires_at),
        None,
        sealer.seal(_body(letter)),
        letter.reply_to,
        letter.edits,
        letter.deletes,
        letter.resend,
        letter.prompted,
        letter.silent,
        letter.neutral,
        letter.case,
        letter.person,
        letter.owner,
        letter.topic,
        None,
        "",
    )


def to_outgoing(row: Row, sealer: Sealer) -> Outgoing:
    """Return the letter that a row of OUTGOING stands for."""
    account, chat, group, person, private, is_open, edits_message = row[24:]
    return Outgoing(
        letter=_letter(row, sealer),
        place=Place(row[1], account, chat, group, person, bool(private), bool(is_open)),
        state=LetterState(row[4]),
        tries=row[5],
        created_at=to_moment(row[6]),
        due_at=to_moment(row[7]),
        message=row[22],
        edits_message=edits_message,
        reason=row[23],
    )


def _letter(row: Row, sealer: Sealer) -> NewLetter:
    text, buttons, files = json.loads(sealer.open(bytes(row[10])) if row[10] else _WIPED)
    return NewLetter(
        place=row[1],
        kind=LetterKind(row[2]),
        text=text,
        id=row[0],
        urgency=Urgency(row[3]),
        buttons=tuple(Button(label, data) for label, data in buttons),
        files=tuple(OutFile(number, FileKind(kind), name) for number, kind, name in files),
        reply_to=row[11],
        edits=row[12],
        deletes=row[13],
        due_at=to_moment(row[7]),
        expires_at=to_moment(row[8]),
        resend=bool(row[14]),
        prompted=bool(row[15]),
        silent=bool(row[16]),
        neutral=bool(row[17]),
        case=row[18],
        person=row[19],
        owner=row[20],
        topic=row[21],
    )


def _body(letter: NewLetter) -> str:
    buttons = [[button.label, button.data] for button in letter.buttons]
    files = [[file.id, file.kind.value, file.name] for file in letter.files]
    return json.dumps([letter.text, buttons, files], ensure_ascii=False, separators=(",", ":"))
