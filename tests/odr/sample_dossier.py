"""A small log and a small dossier, made with keys of the caller's choice."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odr.domain.dossier import DossierFile, Receipt, assemble, contents, receipt_file
from odr.domain.ledger import (
    Frontier,
    Node,
    commitment,
    consistency_spans,
    entry,
    inclusion_spans,
    leaf_hash,
    proof,
)
from odr.domain.notes import Checkpoint, NoteKey, signed_note
from odr.domain.verifier import seal_text

Stamp = Callable[[str], bytes]  # a checkpoint's note to its token
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FILES = (
    DossierFile("documents", "minutes", "调解笔录", "pdf", b"%PDF-2.0 minutes of a sitting"),
    DossierFile("evidence", "upload", "借条.jpg", "jpg", b"\xff\xd8\xff photographed note of hand"),
)


@dataclass
class Keys:
    """Private keys from one seed byte each."""

    log: Ed25519PrivateKey
    platform: Ed25519PrivateKey

    @classmethod
    def of(cls, seed: int) -> "Keys":
        return cls(*(Ed25519PrivateKey.from_private_bytes(bytes([seed + i]) * 32) for i in range(2)))

    @property
    def log_key(self) -> NoteKey:
        return NoteKey("court.example/log", self.log.public_key().public_bytes_raw())

    @property
    def platform_key(self) -> NoteKey:
        return NoteKey("court.example/platform", self.platform.public_key().public_bytes_raw())

    @property
    def trust(self) -> dict[str, str]:
        return {"log": str(self.log_key), "platform": str(self.platform_key)}


@dataclass
class Log:
    """Acts in a tree, all in memory."""

    keys: Keys
    acts: list[tuple[str, bytes, str]] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    nodes: dict[Node, bytes] = field(default_factory=dict)

    def add(self, **details: object) -> int:
        act = json.dumps({"details": details}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        salt = sha256(str(len(self.acts)).encode()).digest()[:16]
        line = entry("audit", commitment(salt, act.encode()), NOW)
        self.acts.append((act, salt, line.decode()))
        self.frontier, made = self.frontier.append(leaf_hash(line))
        self.nodes.update(made)
        return len(self.acts) - 1

    def checkpoint(self) -> str:
        head = Checkpoint(self.keys.log_key.name, self.frontier.size, self.frontier.root())
        return signed_note(head.text(), self.keys.log_key, self.keys.log.sign)

    def receipt(self, index: int, stamp: Stamp) -> Receipt:
        act, salt, line = self.acts[index]
        path = proof(inclusion_spans(index, self.frontier.size), self.nodes.__getitem__)
        return Receipt(act, salt, line, index, path, self.checkpoint(), stamp(self.checkpoint()))


def no_token(_note: str) -> bytes:
    return b"not a token"


def dossier(keys: Keys, files: tuple[DossierFile, ...] = FILES, stamp: Stamp = no_token) -> bytes:
    """A case of five acts in a log where others act too."""
    log = Log(keys)
    mine = [log.add(number=i) for i in range(9)][::2]
    size = log.frontier.size
    inside = contents("(2026)诉前调1号", NOW, files, [log.receipt(i, stamp) for i in mine])
    own = log.add(manifest_sha256=inside.manifest_sha256)
    log.add(number=10)
    consistency = proof(consistency_spans(size, log.frontier.size), log.nodes.__getitem__)
    receipt = receipt_file(log.receipt(own, stamp), consistency)
    seal = signed_note(seal_text(inside.manifest, receipt), keys.platform_key, keys.platform.sign)
    return assemble(inside, receipt, seal)
