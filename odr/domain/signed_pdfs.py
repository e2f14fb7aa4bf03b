"""What a signed PDF says, checked offline against certificates that the reader brought.

Rule 1: a valid signature is not enough: what was added after it must be nothing but further signatures, and
        the last signature or time-stamp must cover the file to its last byte.
Rule 2: a certificate is judged at the time of the trusted time-stamp, with the revocation list in the file.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import pikepdf
from asn1crypto import cms, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from odr.domain.timestamps import stamped_at
from odr.errors import BadInput

PROOF: Final = "log-proof.json"  # the attachment of a paper that proves an act

# What reading a hostile file can raise, beside the library's own family.
_UNREADABLE = (
    PdfError,
    SignatureValidationError,
    BadInput,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class PdfTrust:
    """Certificates (DER) that signatures and time-stamps must lead to."""

    authorities: Sequence[bytes]
    timestamps: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature: field, name in its certificate, trusted time; `fault` is empty when it holds."""

    field: str
    signer: str
    at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class PdfReport:
    """All signatures of a file; `fault` is about the file as a whole and empty when it holds."""

    signatures: tuple[SignatureReport, ...]
    unsigned: tuple[str, ...]
    fault: str

    @property
    def holds(self) -> bool:
        return not self.fault and not any(signature.fault for signature in self.signatures)


def attached(pdf: bytes, name: str) -> bytes | None:
    """A file that the paper carries; None if there is none of this name, or the paper cannot be read."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            found = opened.attachments.get(name)
            return found.get_file().read_bytes() if found else None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError):
        return None


def check_pdf(pdf: bytes, trust: PdfTrust) -> PdfReport:
    """Every signature of `pdf`. Runs an event loop of its own: call it from a thread, never inside a loop."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        embedded = list(reader.embedded_signatures)
        unsigned = tuple(name for name, value, _ in enumerate_sig_fields(reader) if value is None)
        if not embedded:
            return PdfReport((), unsigned, "it has no signature")
        reports = tuple(_reports(embedded, trust))
        return PdfReport(reports, unsigned, _whole(embedded[-1]))
    except _UNREADABLE as error:
        return PdfReport((), (), f"it cannot be read: {type(error).__name__}")


def _reports(embedded: Sequence[EmbeddedPdfSignature], trust: PdfTrust) -> Iterator[SignatureReport]:
    for signature in embedded:
        is_stamp = signature.sig_object_type == "/DocTimeStamp"
        try:
            at = _stamp_time(signature, trust) if is_stamp else _signing_time(signature, trust)
            fault = _stamp_fault(signature, trust, at) if is_stamp else _signature_fault(signature, trust, at)
        except _UNREADABLE as error:
            yield SignatureReport(signature.field_name, "", None, str(error) or type(error).__name__)
            continue
        name = signature.signer_cert.subject.native.get("common_name", "")
        yield SignatureReport(signature.field_name, name, at, fault)


def _signing_time(signature: EmbeddedPdfSignature, trust: PdfTrust) -> datetime:
    """The time of the signature's own time-stamp, which is over the signature value (ETSI EN 319 122-1)."""
    attributes = {item["type"].native: item["values"] for item in signature.signer_info["unsigned_attrs"]}
    if "signature_time_stamp_token" not in attributes:
        raise BadInput("The signature has no time-stamp.")
    token = attributes["signature_time_stamp_token"][0].dump()
    value = signature.signer_info["signature"].native
    return stamped_at(token, sha256(value).digest(), trust.timestamps)


def _stamp_time(signature: EmbeddedPdfSignature, trust: PdfTrust) -> datetime:
    """The time of a document time-stamp, which is over the file's bytes."""
    if signature.md_algorithm != "sha256":
        raise BadInput("The time-stamp is for something else.")
    token = cms.ContentInfo({"content_type": "signed_data", "content": signature.signed_data}).dump()
    return stamped_at(token, signature.compute_digest(), trust.timestamps)


def _signature_fault(signature: EmbeddedPdfSignature, trust: PdfTrust, at: datetime) -> str:
    status = validate_pdf_signature(
        signature,
        signer_validation_context=_context(signature, trust.authorities, at),
        ts_validation_context=_context(signature, trust.timestamps, at),
    )
    stamp = status.timestamp_validity
    checks = (
        (status.intact and status.valid, "the signature does not fit the file"),
        (status.trusted, "its certificate does not lead to the authority you trust"),
        (stamp is not None and stamp.valid and stamp.trusted, "its time-stamp does not hold"),
        (_only_signatures_follow(status), "the file was changed after this signature"),
    )
    return next((fault for holds, fault in checks if not holds), "")


def _stamp_fault(signature: EmbeddedPdfSignature, trust: PdfTrust, at: datetime) -> str:
    status = validate_pdf_timestamp(signature, _context(signature, trust.timestamps, at))
    checks = (
        (status.intact and status.valid, "the time-stamp does not fit the file"),
        (status.trusted, "it is not from the time-stamp authority you trust"),
        (_only_signatures_follow(status), "the file was changed after this time-stamp"),
    )
    return next((fault for holds, fault in checks if not holds), "")


def _only_signatures_follow(status: object) -> bool:
    level = getattr(status, "modification_level", None)
    return level is not None and level <= ModificationLevel.FORM_FILLING


def _context(signature: EmbeddedPdfSignature, roots: Sequence[bytes], at: datetime) -> ValidationContext:
    store = DocumentSecurityStore.read_dss(signature.reader)
    return store.as_validation_context(
        {
            "trust_roots": [x509.Certificate.load(der) for der in roots],
            "moment": at,
            "allow_fetching": False,
            "revocation_mode": "require",
        }
    )


def _whole(last: EmbeddedPdfSignature) -> str:
    covered = last.evaluate_signature_coverage()
    return (
        ""
        if covered == SignatureCoverageLevel.ENTIRE_FILE
        else "bytes after the last signature are not covered"
    )
