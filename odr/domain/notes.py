"""Signed notes and the log's checkpoints, in the C2SP text forms.

Rule 1: a note is text, an empty line, and signature lines; the signature covers the text with its last
        newline (c2sp.org/signed-note, Ed25519 = algorithm byte 0x01).
Rule 2: a checkpoint is a note whose text is origin, size and root (c2sp.org/tlog-checkpoint).
Rule 3: a note is trusted only by a key that the reader brought; unknown signature lines are witnesses to come
        and are passed over.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from odr.errors import BadInput

_ED25519 = b"\x01"
_DASH = "\u2014 "  # the em dash that opens a signature line

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A named Ed25519 public key (32 bytes)."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The vkey form: name, key id in hex, and the key in base64, joined by "+"."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log says of itself at one moment: its name, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_key(vkey: str) -> NoteKey:
    """The key of a vkey string; BadInput when it is malformed or its id does not fit."""
    try:
        name, key_id, encoded = vkey.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadInput("This key is not readable.") from error
    key = NoteKey(name, raw[1:])
    if raw[:1] != _ED25519 or len(raw) != 33 or key.id.hex() != key_id:
        raise BadInput("This key is not readable.")
    return key


def signed_note(text: str, key: NoteKey, sign: Sign) -> str:
    """`text` (which ends with a newline) with one signature line of `key`."""
    if not text.endswith("\n"):
        raise ValueError("a note ends with a newline")
    line = base64.b64encode(key.id + sign(text.encode())).decode()
    return f"{text}\n{_DASH}{key.name} {line}\n"


def open_note(note: str, key: NoteKey) -> str:
    """The text of `note` when `key` has signed it; BadInput otherwise."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap:
        raise BadInput("This record is not signed.")
    text += "\n"
    if not any(_signed_by(line, text, key) for line in signatures.split("\n")):
        raise BadInput("This record is not signed by the key you gave.")
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not lines[0]:
        raise BadInput("This checkpoint is not readable.")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise BadInput("This checkpoint is not readable.") from error
    if len(root) != 32 or not (lines[1].isascii() and lines[1].isdigit()) or str(int(lines[1])) != lines[1]:
        raise BadInput("This checkpoint is not readable.")
    return Checkpoint(lines[0], int(lines[1]), root)


def _signed_by(line: str, text: str, key: NoteKey) -> bool:
    if not line.startswith(_DASH):
        return False
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
        if name != key.name or raw[:4] != key.id:
            return False
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
    except (binascii.Error, InvalidSignature):
        return False
    return True
