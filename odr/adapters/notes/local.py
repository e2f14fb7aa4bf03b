"""A note signer whose key lies sealed in the data directory."""

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odr.domain.notes import NoteKey, signed_note
from odr.domain.sealing import Sealer


class LocalNotes:
    """The key is made at the first start and named by `role` and the beginning of its hash, for good."""

    def __init__(self, file: Path, master: bytes, role: str) -> None:
        sealer = Sealer(master, "notes")
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = Ed25519PrivateKey.generate().private_bytes_raw()
            file.write_bytes(sealer.seal(made, file.name))
        self._private = Ed25519PrivateKey.from_private_bytes(sealer.open(file.read_bytes(), file.name))
        public = self._private.public_key().public_bytes_raw()
        self._key = NoteKey(f"{role}-{sha256(public).hexdigest()[:8]}", public)

    @property
    def key(self) -> NoteKey:
        return self._key

    def sign(self, text: str) -> str:
        return signed_note(text, self._key, self._private.sign)
