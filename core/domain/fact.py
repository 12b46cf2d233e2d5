"""What can happen, in the past tense and frozen: a case's history is a list of these.

Rule 1: a fact carries ids and small values only; whatever a person typed stands in ``text``, which
is encrypted at rest, lies outside the hash chain, and can be erased without breaking it.
Rule 2: ``actor`` is the person who did it; None means the clock or the bot.
"""

from dataclasses import dataclass
from datetime import date, datetime

from core.domain.category import Mark, Priority, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened."""

    at: datetime
    actor: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact(Fact):
    """Something that happened to a case."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(CaseFact):
    """A request became a case. ``source``: group, private, command, behalf, quiet_list."""

    number: int
    group: int
    reporter: int
    category: str
    visibility: Visibility
    priority: Priority
    marks: frozenset[Mark] = frozenset()
    source: str = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePublished(CaseFact):
    """The burst window ended: the case may now be seen by those its visibility admits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOffered(CaseFact):
    """``to`` was asked to take the case until ``until``; an unanswered offer lapses."""

    to: int
    until: datetime
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccepted(CaseFact):
    """The actor took the case: offered, claimed, or handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeclined(CaseFact):
    """The person offered said no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLapsed(CaseFact):
    """Nobody answered the offer in time; ``to`` was the person offered."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyWasFree(CaseFact):
    """The candidate list came out empty: an event of its own, never silence."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEscalated(CaseFact):
    """The next level was rung; ``to`` is who, None where nobody above is known."""

    level: str
    trigger: str
    to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAppended(CaseFact):
    """The worker added words or a file."""

    file: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofAdded(CaseFact):
    """Somebody who works on the case added a photo or file."""

    file: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJoined(CaseFact):
    """Another worker said: me too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTold(CaseFact):
    """The lead answered the worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAsked(CaseFact):
    """The lead asked the worker back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAnswered(CaseFact):
    """The worker answered what he was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNoted(CaseFact):
    """A note among the union's people; no employer and no worker reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven(CaseFact):
    """A manager was asked to do something, in words that the lead approved."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPromised(CaseFact):
    """The actor, a manager or cadre, promised to see to it; ``day`` once he has said when."""

    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReported(CaseFact):
    """The manager says that his part is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVisited(CaseFact):
    """The cadre went there or rang."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShelved(CaseFact):
    """It cannot be solved now; the worker is told, and it is looked at again on ``until``."""

    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(CaseFact):
    """A shelved case came up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDone(CaseFact):
    """The lead says it is done; the worker is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseConfirmed(CaseFact):
    """The worker says it is solved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(CaseFact):
    """The worker says it is not solved, or broken again: same lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnconfirmed(CaseFact):
    """Nobody answered the verification; only the clock says so, and never for rights cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRated(CaseFact):
    """The worker gave one to five stars."""

    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(CaseFact):
    """The worker does not want it handled any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDismissed(CaseFact):
    """A cadre or chair: this was no request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityRaised(CaseFact):
    """More secret from now on; anyone on the union's side, the worker, or a rule may do this."""

    visibility: Visibility
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityLowered(CaseFact):
    """Less secret from now on: by the worker alone."""

    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCorrected(CaseFact):
    """A cadre put the case into its right category."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNamed(CaseFact):
    """``person`` is whom the case is about (or his kin): he reads nothing of it from now on."""

    person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPosted(Fact):
    """The day's prompt was written for a group."""

    prompt: str
    group: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMissed(Fact):
    """The prompt's window closed before it could be posted."""

    prompt: str
    group: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WasAway(Fact):
    """Lianxin was off for longer than the account's platform keeps messages: some may be lost."""

    account: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Fact):
    """A cadre was linked with a worker."""

    group: int
    worker: int
    cadre: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyChanged(Fact):
    """A cadre went off duty (until ``until``, None: until further notice) or came back."""

    person: int
    on: bool
    until: datetime | None = None
