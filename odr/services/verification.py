"""The full check of a dossier: everything the one-file verifier checks, time-stamps and signatures in PDFs.

Rule 1: nothing is trusted but the keys that the reader brought.
Rule 2: it asks no network and no database.
"""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

from odr.domain.signed_pdfs import PROOF, attached, check_pdf
from odr.domain.timestamps import stamped_at
from odr.domain.trust import Trust
from odr.domain.verifier import (
    CHECKPOINT,
    MANIFEST,
    RECEIPT,
    STAMP,
    Broken,
    Finding,
    check_proof,
    read_checkpoint,
    unpack,
    verify,
)
from odr.errors import BadInput


def verify_dossier(raw: bytes, trust: Trust) -> Iterator[Finding]:
    """One finding a check, as each is done; blocking, and not for use inside an event loop."""
    yield from verify(raw, {"platform": str(trust.platform), "log": str(trust.log)})
    try:
        files = unpack(raw)
        manifest = json.loads(files[MANIFEST])["files"]
        signed = {str(item["path"]): frozenset(item.get("signers", ())) for item in manifest}
    except (Broken, KeyError, ValueError, TypeError, AttributeError):
        return  # the findings above have said so
    yield _finding("日志时间戳", "time-stamp of the log", STAMP, lambda: _log_stamp(files, trust))
    yield _finding("卷宗时间戳", "time-stamp of the dossier", RECEIPT, lambda: _own_stamp(files, trust))
    for path, signers in sorted(signed.items()):
        if signers:
            yield _signatures(path, files.get(path, b""), signers, trust)


def verify_paper(pdf: bytes, trust: Trust) -> Iterator[Finding]:
    """One finding a signature of a single PDF, and one for the file; blocking like `verify_dossier`."""
    report = check_pdf(pdf, trust.pdf)
    if report.fault or not report.signatures:
        yield Finding("文件", "the file", report.fault or "no signature")
    for item in report.signatures:
        at = f" {item.at.isoformat()}" if item.at else ""
        place = f"{item.field}: {item.fault}" if item.fault else None
        yield Finding(f"电子签名 {item.signer}{at}", f"signature of {item.signer}{at}", place)
    if (proof := attached(pdf, PROOF)) is not None:
        yield _logged(proof, trust)
        yield _finding("存证时间戳", "time-stamp of the proof", PROOF, lambda: _stamp_of(proof, trust))


def _logged(proof: bytes, trust: Trust) -> Finding:
    """Whether the act that a paper proves stands in the log, at the place and under the root it names."""
    place = None
    try:
        record = json.loads(proof)
        size, root = read_checkpoint(record["checkpoint"].encode(), str(trust.log), PROOF)
        check_proof(record, size, root, PROOF)
        act = json.loads(record["act"])["action"]
    except (Broken, KeyError, ValueError, TypeError, AttributeError) as error:
        act, place = "", str(error) or PROOF
    return Finding(f"全程留痕日志 {act}", f"log entry {act}", place)


def _stamp_of(proof: bytes, trust: Trust) -> datetime:
    record = json.loads(proof)
    token = base64.b64decode(record["timestamp"], validate=True)
    return stamped_at(token, sha256(record["checkpoint"].encode()).digest(), trust.timestamps)


def _finding(chinese: str, english: str, place: str, check: Callable[[], datetime]) -> Finding:
    try:
        at = check()
    except (BadInput, KeyError, ValueError, TypeError) as error:
        return Finding(chinese, english, f"{place}: {error}")
    return Finding(f"{chinese} {at.isoformat()}", english)


def _log_stamp(files: dict[str, bytes], trust: Trust) -> datetime:
    return stamped_at(files[STAMP], sha256(files[CHECKPOINT]).digest(), trust.timestamps)


def _own_stamp(files: dict[str, bytes], trust: Trust) -> datetime:
    return _stamp_of(files[RECEIPT], trust)


def _signatures(path: str, pdf: bytes, signers: frozenset[str], trust: Trust) -> Finding:
    report = check_pdf(pdf, trust.pdf)
    names = "、".join(f"{item.signer}" for item in report.signatures if item.field in signers)
    chinese, english = f"电子签名 {path}（{names}）", "signatures in the PDF, and nothing changed after them"
    faults = [report.fault] if report.fault else []
    faults += [f"{item.field}: {item.fault}" for item in report.signatures if item.fault]
    missing = sorted(signers - {item.field for item in report.signatures})
    faults += [f"{field}: not signed" for field in missing]
    return Finding(chinese, english, f"{path}: {'; '.join(faults)}" if faults else None)
