"""From what happened in the sandbox to what the engine hears: one pure function."""

from adapters.sandbox.entry import Happened
from adapters.sandbox.scene import Scene
from core.api.adapter import Incoming, Sender

PLATFORM = "sandbox"


def to_incoming(account: str, event: Happened, scene: Scene, bot_name: str) -> Incoming:
    """Translate *event*, which a person of *scene* did."""
    chat = scene.chats[event.chat]
    user = scene.users[event.user]
    return Incoming(
        account=account,
        chat=event.chat,
        id=event.id,
        at=event.at,
        sender=Sender(f"{PLATFORM}:{user.user}", user.name),
        private=chat.private,
        kind=event.kind,
        text=event.text,
        files=event.files,
        quotes=event.quotes,
        press=event.press,
        version=event.version,
        addressed=mentions(event.text, bot_name),
        chat_name=chat.title,
    )


def mentions(text: str, bot_name: str) -> bool:
    return any(f"@{name}" in text.lower() for name in (bot_name.lower(), "lianxin"))
