"""Who is who."""

from core.domain.org import (
    HELPERS,
    SIDE_OF,
    Group,
    Link,
    Membership,
    Organization,
    Person,
    Role,
    Side,
)

__all__ = [
    "HELPERS",
    "SIDE_OF",
    "Group",
    "Link",
    "Membership",
    "Organization",
    "Person",
    "Role",
    "Side",
]
