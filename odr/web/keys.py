"""Where handlers find the services and the person who asks."""

from aiohttp import web

from odr.domain.accounts import Actor
from odr.domain.trust import Trust
from odr.ports.certificates import Certificates
from odr.ports.clock import Clock
from odr.services.accounts import AccountService
from odr.services.agreements import AgreementService
from odr.services.cases import CaseService
from odr.services.chat import ChatService
from odr.services.documents import DocumentService
from odr.services.dossier import DossierService
from odr.services.drafts import DraftService
from odr.services.evidence import EvidenceService
from odr.services.exhibits import ExhibitService
from odr.services.health import HealthService
from odr.services.identity import IdentityService
from odr.services.invitations import InvitationService
from odr.services.mandates import MandateService
from odr.services.mediation import MediationService
from odr.services.messages import MessageService
from odr.services.minutes import MinutesService
from odr.services.payments import PaymentService
from odr.services.readings import ReadingService
from odr.services.review import ReviewService
from odr.services.rooms import RoomService
from odr.services.sandbox import SandboxService
from odr.services.signing import SigningService
from odr.services.sittings import SittingService
from odr.services.submission import SubmissionService
from odr.services.triage import TriageService
from odr.settings import Settings

CERTIFICATES = web.AppKey("certificates", Certificates)
SETTINGS = web.AppKey("settings", Settings)
CLOCK = web.AppKey("clock", Clock)
ACCOUNTS = web.AppKey("accounts", AccountService)
AGREEMENTS = web.AppKey("agreements", AgreementService)
DOSSIERS = web.AppKey("dossiers", DossierService)
DOCUMENTS = web.AppKey("documents", DocumentService)
EVIDENCE = web.AppKey("evidence", EvidenceService)
READINGS = web.AppKey("readings", ReadingService)
SUBMISSION = web.AppKey("submission", SubmissionService)
CASES = web.AppKey("cases", CaseService)
DRAFTS = web.AppKey("drafts", DraftService)
HEALTH = web.AppKey("health", HealthService)
IDENTITY = web.AppKey("identity", IdentityService)
INVITATIONS = web.AppKey("invitations", InvitationService)
MANDATES = web.AppKey("mandates", MandateService)
MEDIATION = web.AppKey("mediation", MediationService)
MESSAGES = web.AppKey("messages", MessageService)
PAYMENTS = web.AppKey("payments", PaymentService)
REVIEW = web.AppKey("review", ReviewService)
SITTINGS = web.AppKey("sittings", SittingService)
ROOMS = web.AppKey("rooms", RoomService)
CHAT = web.AppKey("chat", ChatService)
MINUTES = web.AppKey("minutes", MinutesService)
EXHIBITS = web.AppKey("exhibits", ExhibitService)
SANDBOX = web.AppKey("sandbox", SandboxService)
SIGNING = web.AppKey("signing", SigningService)

TRUST = web.AppKey("trust", Trust)
TRIAGE = web.AppKey("triage", TriageService)

ACTOR = web.RequestKey("actor", Actor)
REQUEST_ID = web.RequestKey("request_id", str)
