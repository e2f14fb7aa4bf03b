"""The signer of notes: the log's checkpoints and the seals of dossiers."""

from typing import Protocol

from odr.domain.notes import NoteKey


class NoteSigner(Protocol):
    """Holds one Ed25519 key under a name (C2SP signed-note)."""

    @property
    def key(self) -> NoteKey:
        """The public key, which goes into the trust keys."""
        ...

    def sign(self, text: str) -> str:
        """The note: `text`, which ends with a newline, and this key's signature line."""
        ...
