"""What the operator reads while Lianxin runs: facts with fields, on stderr, nobody's words.

Rule 1: an event is a name in the past tense (``letter_sent``), the rest are fields. Rule 2: fields
that carry talk, files or secrets are left out, whoever put them there; ids stay. Rule 3: a
traceback shows the way, never the values that went it. Rule 4: the turn's id is bound once and
stands in every line of that turn.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

TALK: Final = frozenset(
    {"text", "body", "caption", "question", "answer", "note", "raw", "payload", "content"}
)
SECRET: Final = re.compile(r"token|password|passphrase|secret|authorization|cookie|(^|_)keys?$")


def configure(level: str = "info", *, json: bool = False) -> None:
    """Set up all logging of the process: ours and the libraries'."""
    number = logging.getLevelNamesMapping()[level.upper()]
    last: structlog.typing.Processor
    if json:
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The default prints local variables, and those are people's messages.
            exception_formatter=structlog.dev.plain_traceback,
        )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            leave_out_talk_and_secrets,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if json else []),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries may say what they like below this; a warning of theirs is ours to read.
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, force=True)


def get(name: str) -> FilteringBoundLogger:
    """Return the log of one part of the house."""
    log: FilteringBoundLogger = structlog.get_logger(part=name)
    return log


@contextmanager
def turn(id_: str) -> Iterator[None]:
    """Bind the turn's id for all that is logged inside."""
    with structlog.contextvars.bound_contextvars(turn=id_):
        yield


def leave_out_talk_and_secrets(_log: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Take out the fields that must not be written; their names stay, so that a gap is seen."""
    hidden = [key for key in event if key in TALK or SECRET.search(key)]
    for key in hidden:
        del event[key]
    return {**event, "left_out": hidden} if hidden else event
