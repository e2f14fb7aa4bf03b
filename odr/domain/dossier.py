"""What a dossier consists of, and the bytes it becomes.

Rule 1: the list of files names every file with its hash; the log holds the list's hash; the platform signs
        the list and the log's receipt for it; so no byte is outside.
Rule 2: paths say nothing about anybody (number and kind); titles stand in the list.
"""

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from odr.domain import verifier
from odr.domain.canonical import canonical

README_ZH = """本卷宗由在线纠纷解决平台制作。
核验：python odr_verify.py 卷宗.zip --trust trust.json
trust.json（可信公钥）须从法院网站或者其他可靠途径取得，不能取自本卷宗。
documents/ 法律文书　evidence/ 证据　talks/ 协商方案　log/ 全程留痕日志的条目和证明
This dossier was made by an online dispute resolution platform. Check it with odr_verify.py and the keys
(trust.json) that you got from the court, not from here.
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves one act: its text and salt, the log's entry, the way to the root, the signed root.

    `checkpoint` is a signed note; `timestamp` a token (DER) over the SHA-256 of its bytes.
    """

    act: str
    salt: bytes
    entry: str
    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    timestamp: bytes

    def opening(self) -> dict[str, Any]:
        """The part that differs from act to act, as the dossier writes it."""
        return {
            "act": self.act,
            "salt": self.salt.hex(),
            "entry": self.entry,
            "index": self.index,
            "path": [step.hex() for step in self.path],
        }

    def json(self) -> bytes:
        """The receipt as the file that a party keeps."""
        stamp = base64.b64encode(self.timestamp).decode()
        return canonical({**self.opening(), "checkpoint": self.checkpoint, "timestamp": stamp})


@dataclass(frozen=True, slots=True)
class DossierFile:
    """A file as it goes in; `signers` are the signature fields that must be signed in this PDF."""

    folder: str
    kind: str
    title: str
    suffix: str
    content: bytes
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything under the list of files, and the list."""

    manifest: bytes
    files: dict[str, bytes]

    @property
    def manifest_sha256(self) -> str:
        return sha256(self.manifest).hexdigest()


def may_know(action: str, details: Mapping[str, Any], audiences: Collection[str]) -> bool:
    """Whether an act belongs in the dossier of these audiences; what was done in a caucus belongs in none."""
    return "caucus" not in action and details.get("audience", "case") in audiences


def contents(
    number: str, made_at: datetime, files: Sequence[DossierFile], acts: Sequence[Receipt]
) -> Contents:
    """The dossier's files in order, the log's entries for the case, and the list of all of them.

    `acts` are proved against one checkpoint, the same in each.
    """
    if not acts or len({act.checkpoint for act in acts}) != 1:
        raise ValueError("the acts of a dossier are proved against one checkpoint")
    named = {_path(index, file): file for index, file in enumerate(files, 1)}
    plain: dict[str, bytes] = {
        "readme.txt": README_ZH.encode(),
        verifier.ENTRIES: canonical([act.opening() for act in acts]),
        verifier.CHECKPOINT: acts[0].checkpoint.encode(),
        verifier.STAMP: acts[0].timestamp,
    }
    listed = [_item(path, file.content, file) for path, file in named.items()]
    listed += [_item(path, content, None) for path, content in plain.items()]
    manifest: dict[str, Any] = {
        "v": 1,
        "number": number,
        "made_at": made_at.astimezone(UTC).isoformat(),
        "files": sorted(listed, key=lambda item: str(item["path"])),
    }
    return Contents(canonical(manifest), {path: file.content for path, file in named.items()} | plain)


def receipt_file(receipt: Receipt, consistency: Sequence[bytes]) -> bytes:
    """The log's word on the dossier itself; `consistency` leads from the acts' checkpoint to this one."""
    record = json.loads(receipt.json())
    return canonical({**record, "consistency": [step.hex() for step in consistency]})


def assemble(inside: Contents, receipt: bytes, seal: str) -> bytes:
    """The zip; `seal` is the platform's note over `verifier.seal_text(manifest, receipt)`."""
    own = {verifier.MANIFEST: inside.manifest, verifier.RECEIPT: receipt, verifier.SEAL: seal.encode()}
    return verifier.pack(inside.files | own)


def _path(index: int, file: DossierFile) -> str:
    return f"{file.folder}/{index:03d}-{file.kind}.{file.suffix}"


def _item(path: str, content: bytes, file: DossierFile | None) -> dict[str, Any]:
    item = {"path": path, "sha256": sha256(content).hexdigest(), "bytes": len(content)}
    return item | ({"title": file.title, "signers": list(file.signers)} if file else {})
