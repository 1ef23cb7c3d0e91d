"""Encryption of secrets at rest: AES-256-GCM under data keys, which a master key wraps."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gp_cin7_bridge.secret import Secret

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # 96 bits, what GCM is made for
SEPARATOR: Final = "\x1f"


class UndecryptableError(Exception):
    """The text was not written by this key for this place, or it was changed since."""


class Key:
    """One AES-256-GCM key; its repr names it and shows nothing of it."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("is no key of 32 bytes")
        self._cipher = AESGCM(key)
        self._bytes = Secret(base64.b64encode(key).decode())
        self.key_id: str = hashlib.sha256(b"gp-cin7 key id\0" + key).hexdigest()[:16]

    @classmethod
    def new(cls) -> Key:
        """Make a random key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def parse(cls, text: Secret) -> Key:
        """Read a key from its text, 44 characters of base64.

        Raises:
            ValueError: it is none; the text is not repeated.
        """
        try:
            return cls(base64.b64decode(text.reveal(), validate=True))
        except (binascii.Error, ValueError):
            raise ValueError("is no key of 32 bytes in base64") from None

    def text(self) -> Secret:
        """Give the text that `parse` reads."""
        return self._bytes

    def encrypt(self, secret: Secret, *place: str) -> str:
        """Encrypt a secret for one place; only the same place decrypts it."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret.reveal().encode(), SEPARATOR.join(place).encode())
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, text: str, *place: str) -> Secret:
        """Give a secret back.

        Raises:
            UndecryptableError: another key, another place, or a changed text.
        """
        try:
            sealed = base64.b64decode(text, validate=True)
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], SEPARATOR.join(place).encode())
        except (InvalidTag, ValueError):
            raise UndecryptableError from None
        return Secret(plain.decode())

    def __repr__(self) -> str:
        return f"Key({self.key_id})"
