"""What people do on a case between its opening and its end, and what happens beside cases."""

from core.domain.fact import (
    CaseAppended,
    CaseJoined,
    CaseNoted,
    CaseVisited,
    DutyChanged,
    LinkMade,
    PromptMissed,
    PromptPosted,
    ProofAdded,
    TaskGiven,
    TaskPromised,
    TaskReported,
    WasAway,
    WorkerAnswered,
    WorkerAsked,
    WorkerTold,
)

__all__ = [
    "CaseAppended",
    "CaseJoined",
    "CaseNoted",
    "CaseVisited",
    "DutyChanged",
    "LinkMade",
    "PromptMissed",
    "PromptPosted",
    "ProofAdded",
    "TaskGiven",
    "TaskPromised",
    "TaskReported",
    "WasAway",
    "WorkerAnswered",
    "WorkerAsked",
    "WorkerTold",
]
