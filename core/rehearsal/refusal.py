"""What the sandbox refuses of a story's line, in a sentence for whoever wrote the story."""

from typing import Final

from core.errors import RuleError

SENTENCES: Final = {
    "bad_name": "{name!r} is no name for a person or a group",
    "empty": "there is nothing to say: the text is empty",
    "no_button": "this message has no such button any more",
    "no_message": "the message that is meant is gone, or in another chat",
    "no_user": "{user} is not there: let him join a group first",
    "not_member": "{user} is not in {chat}",
    "not_yours": "only who wrote a message can edit it",
    "too_big": "the file is too big: at most {limit} bytes go",
    "too_long": "the text is too long: at most {limit} characters go",
}


def told(error: RuleError) -> str:
    """Return the platform's refusal as a sentence's end, without its key."""
    platform, _, key = error.key.partition(".")
    sentence = SENTENCES.get(key, f"{platform} refuses this")
    return sentence.format(**error.values)
