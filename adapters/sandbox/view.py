"""What a phone is told, as plain values for JSON: pure functions of the scene."""

from adapters.sandbox.scene import Chat, Message, Scene, User
from core.api.adapter import FileRef

Json = dict[str, object]

SHOWN = 200


def user_view(user: User) -> Json:
    return {"user": user.user, "name": user.name, "label": user.label}


def people_view(scene: Scene) -> list[Json]:
    """Return everybody, with the groups each is in."""
    groups = [chat for chat in scene.chats.values() if not chat.private]
    return [
        user_view(user) | {"chats": [chat.id for chat in groups if user.user in chat.members]}
        for user in scene.users.values()
    ]


def chat_view(scene: Scene, chat: Chat) -> Json:
    """Return *chat* with its newest messages."""
    shown = [message for message in chat.messages.values() if not message.gone][-SHOWN:]
    return {
        "id": chat.id,
        "title": chat.title,
        "private": chat.private,
        "members": len(chat.members),
        "messages": [message_view(scene, message) for message in shown],
    }


def message_view(scene: Scene, message: Message) -> Json:
    quoted = scene.messages.get(message.quotes or "")
    return {
        "id": message.id,
        "chat": message.chat,
        "by": author_view(scene, message),
        "at": message.at.isoformat(),
        "text": message.text,
        "files": [file_view(file) for file in message.files],
        "buttons": [{"label": b.label, "data": b.data} for b in message.buttons],
        "quotes": quote_view(scene, quoted) if quoted and not quoted.gone else None,
        "version": message.version,
        "gone": message.gone,
        "silent": message.silent,
    }


def author_view(scene: Scene, message: Message) -> Json | None:
    """Return who wrote *message*; None is the bot."""
    return user_view(scene.users[message.user]) if message.user else None


def quote_view(scene: Scene, message: Message) -> Json:
    text = message.text or " ".join(file.name for file in message.files)
    return {"id": message.id, "by": author_view(scene, message), "text": text[:120]}


def file_view(file: FileRef) -> Json:
    return {"kind": file.kind.value, "ref": file.ref, "name": file.name, "size": file.size}
