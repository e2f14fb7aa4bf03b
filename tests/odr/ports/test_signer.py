"""What every signer promises, and that a PDF it signed tells when it was touched."""

import asyncio
import io
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pyhanko.pdf_utils.generic import FloatObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from odr.adapters.signer.authority import DemonstrationAuthority
from odr.adapters.signer.pades import PadesSigner
from odr.adapters.timestamps.local import LocalTimestamps
from odr.adapters.typesetter.typst import TypstTypesetter
from odr.domain.signatures import Approval, ApprovalRefused, revision_of
from odr.domain.signed_pdfs import PdfTrust, check_pdf
from odr.errors import NotAllowed, Unavailable
from odr.ports.signer import SigningPerson
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import FONTS, NO_FONTS, TEMPLATES, sample

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
NOW = datetime(2026, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
MASTER = bytes(32)
APPLICANT = SigningPerson(UUID(int=1), "张三", "申请人")
RESPONDENT = SigningPerson(UUID(int=2), "李四", "被申请人")
SIGNERS = {"applicant": APPLICANT, "respondent": RESPONDENT}


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement signed by both and sealed, and every revision on the way."""

    base: bytes
    revisions: tuple[bytes, ...]
    trust: PdfTrust
    signer: PadesSigner
    stamp: bytes

    @property
    def final(self) -> bytes:
        return self.revisions[-1]


def approval(pdf: bytes, base: bytes, field: str, at: datetime = NOW) -> Approval:
    return Approval(SIGNERS[field].id, field, revision_of(pdf, len(base)), "sms", at)


async def sign_all(folder: Path) -> Signed:
    typesetter = TypstTypesetter(TEMPLATES, FONTS)
    stamps = LocalTimestamps(folder, MASTER, lambda: NOW)
    authority = DemonstrationAuthority(folder, MASTER, lambda: NOW)
    signer = PadesSigner(authority, stamps, lambda: NOW)
    content = sample("mediation_agreement", seal="示范区人民法院")
    paper = await typesetter.typeset("mediation_agreement", content, at=NOW)
    stamp = await typesetter.signature_stamp("张三", "2026-03-04 13:06", drawing())
    revisions = [base := await signer.prepare(paper.pdf, paper.places)]
    for field, person in SIGNERS.items():
        asked = approval(revisions[-1], base, field)
        revisions.append(await signer.sign(revisions[-1], field, person, asked, stamp))
    seal = await typesetter.seal_stamp("示范区人民法院", "示范印章")
    revisions.append(await signer.seal(revisions[-1], "示范区人民法院", seal))
    trust = PdfTrust(signer.trusted_ders, [stamps.certificate_der])
    return Signed(base, tuple(revisions), trust, signer, stamp)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return asyncio.run(sign_all(tmp_path_factory.mktemp("keys")))


def test_each_signer_is_named_and_dated_by_the_time_stamp(signed: Signed) -> None:
    report = check_pdf(signed.final, signed.trust)
    assert report.holds
    assert [(s.signer, s.at) for s in report.signatures] == [
        ("张三", NOW),
        ("李四", NOW),
        ("示范区人民法院", NOW),
        ("Demonstration time-stamp authority", NOW),
    ]
    assert report.unsigned == ("mediator",)


def test_a_signature_only_adds_to_the_file(signed: Signed) -> None:
    for earlier, later in zip(signed.revisions, signed.revisions[1:], strict=False):
        assert later.startswith(earlier)


def test_every_act_has_a_key_of_its_own(signed: Signed) -> None:
    again = [signed.signer._authority.issue("张三", "申请人", "1", "urn:x") for _ in range(2)]
    assert len({credential.certificate.public_key.sha256 for credential in again}) == 2


async def test_only_the_approved_bytes_are_signed(signed: Signed) -> None:
    first, second = signed.revisions[:2]
    for pdf, asked in (
        (second, approval(first, signed.base, "applicant")),
        (first + b"\n", approval(first, signed.base, "applicant")),
        (first, approval(first, first[:-1], "respondent")),
        (first, approval(first, signed.base, "applicant", NOW - timedelta(minutes=11))),
        (first, approval(first, signed.base, "applicant", NOW + timedelta(minutes=1))),
    ):
        with pytest.raises(ApprovalRefused):
            await signed.signer.sign(pdf, "applicant", APPLICANT, asked, signed.stamp)


async def test_nobody_signs_on_the_approval_of_another(signed: Signed) -> None:
    asked = approval(signed.base, signed.base, "applicant")
    with pytest.raises(NotAllowed):
        await signed.signer.sign(signed.base, "applicant", RESPONDENT, asked, signed.stamp)


async def test_without_a_time_nothing_is_signed(signed: Signed, tmp_path: Path) -> None:
    class Silent(LocalTimestamps):
        async def stamp(self, digest: bytes) -> bytes:
            raise Unavailable

    stamps = Silent(tmp_path, MASTER, lambda: NOW)
    signer = PadesSigner(DemonstrationAuthority(tmp_path, MASTER, lambda: NOW), stamps, lambda: NOW)
    asked = approval(signed.base, signed.base, "applicant")
    with pytest.raises(Unavailable):
        await signer.sign(signed.base, "applicant", APPLICANT, asked, signed.stamp)


def test_other_authorities_are_not_believed(signed: Signed, tmp_path: Path) -> None:
    stranger = DemonstrationAuthority(tmp_path, MASTER, lambda: NOW).root_der
    clock = LocalTimestamps(tmp_path, MASTER, lambda: NOW).certificate_der
    assert not check_pdf(signed.final, replace(signed.trust, authorities=[stranger])).holds
    assert not check_pdf(signed.final, replace(signed.trust, timestamps=[clock])).holds


def test_a_page_altered_by_a_later_revision_is_told(signed: Signed) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.final))
    page = writer.root["/Pages"]["/Kids"][0]
    overlay = writer.add_object(StreamObject(stream_data=b"0 0 200 200 re f"))
    page["/Contents"] = overlay
    page["/UserUnit"] = FloatObject(1)  # type: ignore[no-untyped-call]  # pyHanko is typed in part
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # as above
    report = check_pdf(out.getvalue(), signed.trust)
    assert report.fault == "bytes after the last signature are not covered"
    assert all(signature.fault for signature in report.signatures)


@pytest.mark.parametrize("place", [100, 0.3, 0.5, 0.7, 0.9, -5])
def test_a_changed_byte_is_told(signed: Signed, place: float) -> None:
    raw = bytearray(signed.final)
    raw[int(place * len(raw)) if isinstance(place, float) else place] ^= 1
    assert not check_pdf(bytes(raw), signed.trust).holds


def test_a_paper_without_signatures_does_not_hold(signed: Signed) -> None:
    assert not check_pdf(signed.base, signed.trust).holds
    assert not check_pdf(b"no paper", signed.trust).holds


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_qpdf_finds_no_fault(signed: Signed, tmp_path: Path) -> None:
    (file := tmp_path / "signed.pdf").write_bytes(signed.final)
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=True)  # noqa: S603, S607  # fixed words
    assert "No syntax or stream encoding errors" in checked.stdout


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler-utils) is not installed")
def test_pdfsig_agrees_that_the_signatures_are_valid(signed: Signed, tmp_path: Path) -> None:
    (file := tmp_path / "signed.pdf").write_bytes(signed.final)
    checked = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False)  # noqa: S603, S607  # fixed words
    assert checked.stdout.count("Signature is Valid") == 3  # pdfsig does not read time-stamps
    assert "Total document signed" in checked.stdout
