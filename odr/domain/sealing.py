"""Bytes sealed at rest: AES-256-GCM under a key derived for one purpose.

Rule 1: the purpose is part of the key and the place part of what is authenticated: sealed bytes that
        were moved do not open.
Rule 2: each seal has a fresh random nonce; layout: version byte, 12 bytes nonce, ciphertext with its tag.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from odr.errors import OdrError

_VERSION = b"\x01"
_NONCE_BYTES = 12


class Damaged(OdrError):
    """Stored bytes are not what was stored, or belong elsewhere."""

    public = "A stored file is damaged. We have been told and will look at it."


class Sealer:
    """Seals and opens for one purpose; `master` is 32 secret bytes."""

    def __init__(self, master: bytes, purpose: str) -> None:
        if len(master) != 32:
            raise ValueError("the master key has 32 bytes")
        key = HKDF(SHA256(), 32, salt=None, info=f"odr/{purpose}".encode()).derive(master)
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, place: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`; Damaged for anything else."""
        nonce = sealed[1 : 1 + _NONCE_BYTES]
        try:
            if sealed[:1] != _VERSION:
                raise InvalidTag
            return self._cipher.decrypt(nonce, sealed[1 + _NONCE_BYTES :], place.encode())
        except (InvalidTag, ValueError) as error:
            raise Damaged from error
