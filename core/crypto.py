"""Seals what people write before it reaches a disk, and chains digests of what happened."""

import secrets
from collections.abc import Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import ConfigError, StoreError

_SALT_BYTES = 16


class Sealer:
    """Encrypts with the first key, opens with any: a new key goes in front of the old ones."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ConfigError("secret_keys: at least one key is needed")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise ConfigError(
                "secret_keys: a key is 32 bytes in URL-safe base64, as `lianxin` makes them"
            ) from error

    def seal(self, plain: str | bytes) -> bytes:
        """Return *plain* encrypted; the same text never looks the same twice."""
        return self._fernet.encrypt(plain.encode() if isinstance(plain, str) else plain)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises StoreError when no key fits."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise StoreError(
                "a sealed text opens with none of the secret keys: put the old key back"
            ) from error

    def open_text(self, sealed: bytes) -> str:
        return self.open(sealed).decode()

    @staticmethod
    def fresh_key() -> str:
        return Fernet.generate_key().decode()


def digest(*parts: bytes) -> bytes:
    """Return the SHA-256 of *parts*, each with its length: no two lists share a digest."""
    total = sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.digest()


def new_salt() -> bytes:
    return secrets.token_bytes(_SALT_BYTES)
