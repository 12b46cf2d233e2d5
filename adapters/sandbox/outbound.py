"""What the sandbox refuses of a letter, as a real platform would: one pure function."""

from adapters.sandbox.scene import Message, Scene
from core.api.adapter import Capabilities, Letter


def refusal(letter: Letter, scene: Scene, can: Capabilities) -> str | None:
    """Say why *letter* cannot be carried, or None."""
    if letter.chat not in scene.chats:
        return no_chat(letter.chat)
    if letter.deletes is not None:
        return none_there(scene.messages.get(letter.deletes), letter)
    if letter.edits is not None:
        message = scene.messages.get(letter.edits)
        return none_there(message, letter) or not_ours(message) or misshapen(letter, can)
    return misshapen(letter, can)


def no_chat(chat: str) -> str:
    if chat.startswith("@"):
        return f"{chat[1:]} has not opened the private chat with the bot"
    return f"there is no chat {chat}"


def none_there(message: Message | None, letter: Letter) -> str | None:
    if message is None or message.gone or message.chat != letter.chat:
        return f"message {letter.edits or letter.deletes} is not in {letter.chat}"
    return None


def not_ours(message: Message | None) -> str | None:
    if message is not None and message.user is not None:
        return f"message {message.id} is {message.user}'s: only its writer may change it"
    return None


def misshapen(letter: Letter, can: Capabilities) -> str | None:
    """Say what is too much or too little in *letter*."""
    if not letter.text.strip() and not letter.files:
        return "the letter is empty"
    if len(letter.text) > can.text:
        return f"the text has {len(letter.text)} characters: at most {can.text} go"
    if len(letter.buttons) > can.buttons:
        return f"the letter has {len(letter.buttons)} buttons: at most {can.buttons} go"
    if any(len(button.data.encode()) > can.button_bytes for button in letter.buttons):
        return f"a button carries more than {can.button_bytes} bytes"
    return None
