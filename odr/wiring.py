"""Composition root: settings to adapters to services; the only place that names adapters."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from filing.faces import Thresholds
from odr.adapters.certificates.local import LocalCertificates
from odr.adapters.clock import SystemClock
from odr.adapters.media.local import LocalMediaRooms
from odr.adapters.media.recordings import LocalRecordings
from odr.adapters.media.server import Server, elsewhere, own_process
from odr.adapters.media.spread import SpreadMediaRooms
from odr.adapters.network import LocalNetwork
from odr.adapters.network_identity.sandbox import SandboxNetworkIdentity
from odr.adapters.notes.local import LocalNotes
from odr.adapters.objects.filesystem import FilesystemObjects
from odr.adapters.payments.sandbox import SandboxPayments
from odr.adapters.reader.pool import Bounds, ReaderPool
from odr.adapters.register.sandbox import SandboxRegister
from odr.adapters.signer.authority import DemonstrationAuthority
from odr.adapters.signer.pades import PadesSigner
from odr.adapters.sms.sandbox import SandboxSms
from odr.adapters.timestamps.local import LocalTimestamps
from odr.adapters.typesetter.typst import TypstTypesetter
from odr.db.uow import Database
from odr.db.vault import Vault
from odr.domain.trust import Trust
from odr.domain.video_checks import Hours
from odr.ports.certificates import Certificates, Network
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.payments import PaymentProvider
from odr.ports.register import PopulationRegister
from odr.ports.signer import Signer
from odr.ports.timestamps import TimestampAuthority
from odr.ports.typesetter import Typesetter
from odr.services.accounts import AccountService
from odr.services.agents import AgentService
from odr.services.agreements import AgreementService
from odr.services.appointments import AppointmentService
from odr.services.cases import CaseService
from odr.services.chat import ChatService
from odr.services.clauses import ClauseService
from odr.services.clocks import ClockService
from odr.services.comparisons import ComparisonService
from odr.services.confirmation import ConfirmationService
from odr.services.delivery import DeliveryService
from odr.services.documents import DocumentService
from odr.services.dossier import DossierService
from odr.services.drafts import DraftService
from odr.services.evidence import EvidenceService
from odr.services.exhibits import ExhibitService
from odr.services.grievances import GrievanceService
from odr.services.guests import GuestService
from odr.services.health import HealthService
from odr.services.hearings import HearingService
from odr.services.identity import IdentityService
from odr.services.invitations import InvitationService
from odr.services.ledger import LedgerService
from odr.services.mandates import MandateService
from odr.services.mediation import MediationService
from odr.services.messages import MessageService
from odr.services.minutes import MinutesPaperService, MinutesService
from odr.services.offers import OfferService
from odr.services.own_filings import OwnFilingService
from odr.services.payments import PaymentService
from odr.services.pushes import PushService
from odr.services.readings import ReadingService
from odr.services.recordings import RecordingService
from odr.services.review import ReviewService
from odr.services.rooms import RoomService
from odr.services.samples import SampleService
from odr.services.sandbox import SandboxService
from odr.services.signing import AgreementSigning, MinutesSigning
from odr.services.sittings import SittingService
from odr.services.staff_checks import StaffCheckService
from odr.services.statements import StatementService
from odr.services.submission import SubmissionService
from odr.services.support import DeskService, HelpService, LineService, LineTestService
from odr.services.surveys import SurveyService
from odr.services.triage import TriageService
from odr.services.versions import VersionService
from odr.services.video_checks import VideoCheckService
from odr.settings import Settings, media_environment
from rtc.settings import MediaSettings


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything a process serves with."""

    settings: Settings
    db: Database
    clock: Clock
    accounts: AccountService
    clocks: ClockService
    agents: AgentService
    appointments: AppointmentService
    agreements: AgreementService
    clauses: ClauseService
    signing: AgreementSigning
    comparisons: ComparisonService
    confirmations: ConfirmationService
    deliveries: DeliveryService
    documents: DocumentService
    fees: PaymentService
    review: ReviewService
    own_filings: OwnFilingService
    dossiers: DossierService
    cases: CaseService
    drafts: DraftService
    identity: IdentityService
    staff_checks: StaffCheckService
    video_checks: VideoCheckService
    evidence: EvidenceService
    readings: ReadingService
    recordings: RecordingService
    statements: StatementService
    submission: SubmissionService
    grievances: GrievanceService
    surveys: SurveyService
    health: HealthService
    hearings: HearingService
    ledger: LedgerService
    invitations: InvitationService
    mandates: MandateService
    mediation: MediationService
    messages: MessageService
    offers: OfferService
    pushes: PushService
    samples: SampleService
    sandbox: SandboxService
    sittings: SittingService
    rooms: RoomService
    chat: ChatService
    minutes: MinutesService
    minutes_papers: MinutesPaperService
    minutes_signing: MinutesSigning
    exhibits: ExhibitService
    guests: GuestService
    lines: LineService
    desk: DeskService
    help: HelpService
    line_tests: LineTestService
    media: LocalMediaRooms | SpreadMediaRooms
    triage: TriageService
    versions: VersionService
    network_identity: SandboxNetworkIdentity
    sandbox_payments: SandboxPayments
    objects: ObjectStore
    typesetter: Typesetter
    signer: Signer
    timestamps: TimestampAuthority
    trust: Trust  # the keys that a reader is to be given, apart from any dossier
    reader: ReaderPool
    payments: PaymentProvider
    certificates: Certificates
    network: Network

    async def close(self) -> None:
        await self.reader.close()
        await self.db.close()


def build(settings: Settings) -> Platform:
    """The platform of these settings; makes the data directory and its keys at the first start."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keys, root = settings.data_dir / "keys", settings.root
    master = _secret(keys / "master")
    db, clock = Database(settings.database), SystemClock()
    sandbox = SandboxService(db, clock)
    register: PopulationRegister = SandboxRegister()
    network_identity = SandboxNetworkIdentity(_secret(keys / "network-identity"), clock.now)
    reader = ReaderPool(
        Bounds(workers=settings.reader_processes),
        thresholds=Thresholds(settings.face_accept_below, settings.face_review_below),
    )
    objects = FilesystemObjects(settings.data_dir / "objects", master)
    vault = Vault(db, objects, master)
    typesetter = TypstTypesetter(root / "templates" / "documents", settings.fonts)
    timestamps = LocalTimestamps(keys / "timestamps", master, clock.now)
    authority = DemonstrationAuthority(keys / "authority", master, clock.now)
    payments = SandboxPayments(sandbox, _secret(keys / "payments"), f"{settings.base_url}/callbacks/payments")
    signer = PadesSigner(authority, timestamps, clock.now)
    log_notes = LocalNotes(keys / "notes" / "log.key", master, "odr-log")
    seals = LocalNotes(keys / "notes" / "platform.key", master, "odr-platform")
    ledger = LedgerService(db, clock, log_notes, timestamps)
    lines = LineService(db)
    media = _media(settings, clock, _secret(keys / "tickets"))
    trust = Trust(log_notes.key, seals.key, signer.trusted_ders, (timestamps.certificate_der,))
    return Platform(
        settings=settings,
        db=db,
        clock=clock,
        accounts=AccountService(db, clock, _secret(keys / "codes")),
        agents=AgentService(db, clock, objects, reader),
        appointments=AppointmentService(db, clock, objects, reader, media),
        agreements=AgreementService(
            db,
            clock,
            typesetter=typesetter,
            signer=signer,
            objects=objects,
            court=settings.court_name,
            verify_url=f"{settings.base_url}/verify",
        ),
        clauses=ClauseService(db, clock),
        signing=AgreementSigning(
            db,
            clock,
            typesetter=typesetter,
            signer=signer,
            objects=objects,
            secret=_secret(keys / "codes"),
        ),
        clocks=ClockService(db, clock),
        comparisons=ComparisonService(db, clock),
        confirmations=ConfirmationService(db, clock, settings.court_code),
        deliveries=DeliveryService(db, clock),
        documents=DocumentService(
            db,
            clock,
            typesetter,
            objects,
            signer=signer,
            prove=ledger.receipt,
            stamps=(timestamps.certificate_der,),
            court=settings.court_name,
            verify_url=f"{settings.base_url}/verify",
        ),
        dossiers=DossierService(db, clock, objects, seals=seals, trust=trust, settle=ledger.turn),
        fees=PaymentService(db, clock, payments),
        review=ReviewService(db, clock, settings.court_code),
        own_filings=OwnFilingService(db, clock),
        cases=CaseService(db, clock),
        drafts=DraftService(db, clock, settings.doors),
        staff_checks=StaffCheckService(db, clock, vault),
        video_checks=VideoCheckService(db, clock, media, Hours(settings.video_spans)),
        identity=IdentityService(
            db,
            clock,
            vault=vault,
            reader=reader,
            register=register,
            network=network_identity if settings.offers("network_identity") else None,
        ),
        network_identity=network_identity,
        evidence=EvidenceService(db, clock, objects, reader),
        readings=ReadingService(db, clock, objects, reader),
        recordings=RecordingService(
            db, clock, LocalRecordings(settings.recordings, settings.fonts, root), vault
        ),
        statements=StatementService(db, clock, objects),
        submission=SubmissionService(db, clock, ledger.receipt, settings.court_code),
        grievances=GrievanceService(db, clock),
        surveys=SurveyService(db, clock),
        health=HealthService(db),
        hearings=HearingService(db, clock),
        versions=VersionService(db),
        triage=TriageService(clock, points=settings.doors),
        ledger=ledger,
        invitations=InvitationService(db, clock, objects, reader),
        mandates=MandateService(db, clock),
        mediation=MediationService(db, clock),
        messages=MessageService(
            db,
            clock,
            SandboxSms(sandbox),
            signature=settings.court_name,
            base_url=settings.base_url,
        ),
        offers=OfferService(db, clock),
        pushes=PushService(db, clock),
        samples=SampleService(
            typesetter, court=settings.court_name, verify_url=f"{settings.base_url}/verify"
        ),
        sandbox=sandbox,
        sittings=SittingService(db, clock, media),
        rooms=RoomService(db, clock, media),
        chat=ChatService(db, clock),
        minutes=MinutesService(db, clock),
        minutes_papers=MinutesPaperService(
            db,
            clock,
            typesetter=typesetter,
            signer=signer,
            objects=objects,
            court=settings.court_name,
            verify_url=f"{settings.base_url}/verify",
        ),
        minutes_signing=MinutesSigning(
            db,
            clock,
            typesetter=typesetter,
            signer=signer,
            objects=objects,
            secret=_secret(keys / "codes"),
        ),
        exhibits=ExhibitService(db, clock, objects, reader),
        guests=GuestService(db, clock, media),
        lines=lines,
        desk=DeskService(db, clock, lines),
        help=HelpService(db, clock, media),
        line_tests=LineTestService(db, clock, media),
        media=media,
        sandbox_payments=payments,
        objects=objects,
        typesetter=typesetter,
        signer=signer,
        timestamps=timestamps,
        trust=trust,
        reader=reader,
        payments=payments,
        certificates=LocalCertificates(keys / "https"),
        network=LocalNetwork(),
    )


def _media(settings: Settings, clock: Clock, key: bytes) -> LocalMediaRooms | SpreadMediaRooms:
    """In this process, in processes of ours with a port each, or in those of other machines."""
    known = MediaSettings(udp_port=settings.media_port, recordings=settings.recordings)
    if settings.media_addresses:
        if known.ticket_key is None or known.control_key is None:
            raise ValueError(
                "ODR_MEDIA_SERVERS needs RTC_TICKET_KEY and RTC_CONTROL_KEY, as those servers have them"
            )
        control, shared = known.control_key.get_secret_value(), known.ticket_key.get_secret_value()
        servers = [Server(url, elsewhere(url), control) for url in settings.media_addresses]
        return SpreadMediaRooms(servers, clock, bytes.fromhex(shared))
    if not settings.media_workers:
        return LocalMediaRooms(known, clock, key)
    control = secrets.token_hex(32)
    servers = []
    for number, port in enumerate(settings.media_ports, 1):
        secret = {"ticket_key": key.hex(), "control_key": control}
        around = media_environment(udp_port=str(port), recordings=str(settings.recordings), **secret)
        servers.append(Server(f"media-{number}", own_process(around), control))
    return SpreadMediaRooms(servers, clock, key)


def _secret(path: Path) -> bytes:
    """32 random bytes kept in a file that only the owner reads."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()
