"""Where handlers find the services and the person who asks."""

from aiohttp import web

from odr.domain.accounts import Actor
from odr.domain.trust import Trust
from odr.ports.certificates import Certificates
from odr.ports.clock import Clock
from odr.ports.network_identity import CertificateIssuer
from odr.services.accounts import AccountService
from odr.services.agents import AgentService
from odr.services.agreements import AgreementService
from odr.services.appointments import AppointmentService
from odr.services.cases import CaseService
from odr.services.chat import ChatService
from odr.services.comparisons import ComparisonService
from odr.services.confirmation import ConfirmationService
from odr.services.delivery import DeliveryService
from odr.services.documents import DocumentService
from odr.services.dossier import DossierService
from odr.services.drafts import DraftService
from odr.services.evidence import EvidenceService
from odr.services.exhibits import ExhibitService
from odr.services.health import HealthService
from odr.services.hearings import HearingService
from odr.services.identity import IdentityService
from odr.services.invitations import InvitationService
from odr.services.mandates import MandateService
from odr.services.mediation import MediationService
from odr.services.messages import MessageService
from odr.services.minutes import MinutesPaperService, MinutesService
from odr.services.offers import OfferService
from odr.services.own_filings import OwnFilingService
from odr.services.payments import PaymentService
from odr.services.pushes import PushService
from odr.services.readings import ReadingService
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
from odr.services.triage import TriageService
from odr.services.video_checks import VideoCheckService
from odr.settings import Settings
from odr.web.underway import Underway

CERTIFICATES = web.AppKey("certificates", Certificates)
SETTINGS = web.AppKey("settings", Settings)
CLOCK = web.AppKey("clock", Clock)
ACCOUNTS = web.AppKey("accounts", AccountService)
AGENTS = web.AppKey("agents", AgentService)
APPOINTMENTS = web.AppKey("appointments", AppointmentService)
AGREEMENTS = web.AppKey("agreements", AgreementService)
DOSSIERS = web.AppKey("dossiers", DossierService)
COMPARISONS = web.AppKey("comparisons", ComparisonService)
CONFIRMATIONS = web.AppKey("confirmations", ConfirmationService)
DELIVERIES = web.AppKey("deliveries", DeliveryService)
DOCUMENTS = web.AppKey("documents", DocumentService)
EVIDENCE = web.AppKey("evidence", EvidenceService)
READINGS = web.AppKey("readings", ReadingService)
STATEMENTS = web.AppKey("statements", StatementService)
SUBMISSION = web.AppKey("submission", SubmissionService)
CASES = web.AppKey("cases", CaseService)
DRAFTS = web.AppKey("drafts", DraftService)
HEALTH = web.AppKey("health", HealthService)
HEARINGS = web.AppKey("hearings", HearingService)
NETWORK_APP = web.AppKey("network_app", CertificateIssuer)
IDENTITY = web.AppKey("identity", IdentityService)
INVITATIONS = web.AppKey("invitations", InvitationService)
MANDATES = web.AppKey("mandates", MandateService)
MEDIATION = web.AppKey("mediation", MediationService)
MESSAGES = web.AppKey("messages", MessageService)
OFFERS = web.AppKey("offers", OfferService)
PAYMENTS = web.AppKey("payments", PaymentService)
PUSHES = web.AppKey("pushes", PushService)
OWN_FILINGS = web.AppKey("own_filings", OwnFilingService)
REVIEW = web.AppKey("review", ReviewService)
SITTINGS = web.AppKey("sittings", SittingService)
ROOMS = web.AppKey("rooms", RoomService)
CHAT = web.AppKey("chat", ChatService)
MINUTES = web.AppKey("minutes", MinutesService)
MINUTES_PAPERS = web.AppKey("minutes_papers", MinutesPaperService)
MINUTES_SIGNING = web.AppKey("minutes_signing", MinutesSigning)
EXHIBITS = web.AppKey("exhibits", ExhibitService)
SAMPLES = web.AppKey("samples", SampleService)
SANDBOX = web.AppKey("sandbox", SandboxService)
STAFF_CHECKS = web.AppKey("staff_checks", StaffCheckService)
VIDEO_CHECKS = web.AppKey("video_checks", VideoCheckService)
SIGNING = web.AppKey("signing", AgreementSigning)
LINES = web.AppKey("lines", LineService)
DESK = web.AppKey("desk", DeskService)
HELP = web.AppKey("help", HelpService)
LINE_TESTS = web.AppKey("line_tests", LineTestService)

TRUST = web.AppKey("trust", Trust)
TRIAGE = web.AppKey("triage", TriageService)
UNDERWAY = web.AppKey("underway", Underway)

ACTOR = web.RequestKey("actor", Actor)
REQUEST_ID = web.RequestKey("request_id", str)
NEWS = web.RequestKey("news", str)  # the version of the news before anything was read for the page
