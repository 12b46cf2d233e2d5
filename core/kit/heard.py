"""One incoming message with what is known of it: what matchers judge, without any waiting."""

from dataclasses import dataclass

from core.chat.message import Incoming, Kind
from core.chat.text import plain
from core.domain.org import Group, Membership, Person, Role
from core.store.records import Scene


@dataclass(slots=True)
class Heard:
    """A message in its scene; ``text`` is folded (see ``chat.text.plain``)."""

    incoming: Incoming
    scene: Scene
    text: str
    operator: bool = False

    @classmethod
    def of(cls, incoming: Incoming, scene: Scene, *, operator: bool = False) -> "Heard":
        return cls(incoming, scene, plain(incoming.text), operator)

    @property
    def private(self) -> bool:
        return self.incoming.private

    @property
    def said(self) -> bool:
        """Whether these are somebody's words, new or edited."""
        return self.incoming.kind in (Kind.SAID, Kind.EDITED)

    @property
    def opens(self) -> bool:
        """Whether somebody we know comes into his private chat for the first time, or again."""
        place = self.scene.place
        new = place is None or not place.open
        return self.private and self.scene.person is not None and new

    @property
    def group(self) -> Group | None:
        """The group of the chat it was written in; None in private and in unbound chats."""
        return self.scene.group

    @property
    def person(self) -> Person | None:
        """The speaker, when he is known already."""
        return self.scene.person

    @property
    def roles(self) -> frozenset[Role]:
        """The speaker's roles here: in this group or, in private, in all his groups."""
        roles = {one.role for one in self.here}
        return frozenset(roles | {Role.OPERATOR} if self.operator else roles)

    @property
    def here(self) -> tuple[Membership, ...]:
        """The speaker's memberships that count here; their limits are the policy's business."""
        if self.group is None:
            return self.scene.memberships
        return tuple(one for one in self.scene.memberships if one.group == self.group.id)
