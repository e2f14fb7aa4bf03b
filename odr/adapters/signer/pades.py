"""PAdES signatures by pyHanko, each with a key and certificate made for the act.

Rule 1: a person's key is made after the step-up was checked, signs once, and is forgotten (see
        docs/decisions/signatures.md for what that does and does not give).
Rule 2: a signature stands in one revision with its time-stamp and revocation list (B-LT); the seal adds an
        archive time-stamp (B-LTA) that covers the file to its last byte.
"""

import asyncio
import io
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from asn1crypto import cms, x509
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from odr.adapters.signer.authority import Credential, DemonstrationAuthority
from odr.domain.signatures import Approval, SignaturePlace, check_approval
from odr.errors import NotAllowed
from odr.ports.signer import SigningPerson
from odr.ports.timestamps import TimestampAuthority

# It warns at each signature that nothing will be fetched; that nothing is fetched is the point.
logging.getLogger("pyhanko.sign.signers").setLevel(logging.ERROR)
_IN_ONE_REVISION = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)


class PadesSigner:
    """`authority` issues for the demonstration; a licensed CA or an HSM takes its place."""

    def __init__(
        self, authority: DemonstrationAuthority, timestamps: TimestampAuthority, now: Callable[[], datetime]
    ) -> None:
        self._authority = authority
        self._timestamps = timestamps
        self._now = now

    @property
    def trusted_ders(self) -> tuple[bytes, ...]:
        return (self._authority.root_der,)

    async def prepare(self, pdf: bytes, places: Sequence[SignaturePlace]) -> bytes:
        return await asyncio.to_thread(_with_fields, pdf, places)

    async def sign(
        self, pdf: bytes, field: str, person: SigningPerson, approval: Approval, stamp_pdf: bytes
    ) -> bytes:
        check_approval(pdf, field, approval, self._now())
        if approval.person_id != person.id:
            raise NotAllowed
        act = f"urn:odr:approval:{approval.challenge}"
        credential = self._authority.issue(person.name, person.capacity, str(person.id), act)
        meta = self._meta(field, f"{person.capacity}签名", person.name)
        return await self._signed(pdf, meta, credential, stamp_pdf)

    async def seal(self, pdf: bytes, body: str, stamp_pdf: bytes, field: str = "seal") -> bytes:
        body_id = str(uuid5(NAMESPACE_URL, f"urn:odr:body:{body}"))
        credential = self._authority.issue(body, "印章", body_id, "urn:odr:seal")
        meta = self._meta(field, "盖章", body, archive=True)
        return await self._signed(pdf, meta, credential, stamp_pdf)

    def _meta(self, field: str, reason: str, name: str, *, archive: bool = False) -> PdfSignatureMetadata:
        roots = [self._authority.root_der, self._timestamps.certificate_der]
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in roots],
            crls=[self._authority.crl_der()],
            allow_fetching=False,
            revocation_mode="require",
            moment=self._now(),
        )
        return PdfSignatureMetadata(
            field_name=field,
            reason=reason,
            name=name,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            use_pades_lta=archive,
            validation_context=context,
            dss_settings=_IN_ONE_REVISION,
        )

    async def _signed(
        self, pdf: bytes, meta: PdfSignatureMetadata, credential: Credential, stamp_pdf: bytes
    ) -> bytes:
        """Hashing and writing run in a thread with a loop of its own; time-stamps are asked for on ours."""
        certificates = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # as below
        certificates.register(credential.certificate)
        signer = _TimedSigner(
            meta,
            SimpleSigner(credential.certificate, credential.key, certificates),
            timestamper=_Stamper(self._timestamps, asyncio.get_running_loop()),
            stamp_style=StaticStampStyle(border_width=0, background=_Page(stamp_pdf)),
        )
        signer.at = self._now()
        return await asyncio.to_thread(_run, _sign(pdf, signer))


class _Stamper(TimeStamper):
    """The port as pyHanko wants it."""

    def __init__(self, authority: TimestampAuthority, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        self._authority = authority
        self._loop = loop

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if md_algorithm != "sha256":
            raise ValueError(f"time-stamps are over SHA-256, not {md_algorithm}")
        asked = asyncio.run_coroutine_threadsafe(self._authority.stamp(message_digest), self._loop)
        return cms.ContentInfo.load(await asyncio.wrap_future(asked))


class _TimedSigner(PdfSigner):
    """Signs at the platform's time instead of the machine's."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _Page(PdfContent):
    """The only page of a PDF in memory, as the picture of a stamp."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Stamp"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stamp Do"


def _run(work: Coroutine[None, None, bytes]) -> bytes:
    return asyncio.run(work)


def _with_fields(pdf: bytes, places: Sequence[SignaturePlace]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for place in places:
        box = (round(place.left), round(place.bottom), round(place.right), round(place.top))
        append_signature_field(writer, SigFieldSpec(place.field, on_page=place.page, box=box))
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # as above
    return out.getvalue()


async def _sign(pdf: bytes, signer: PdfSigner) -> bytes:
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    await signer.async_sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()
