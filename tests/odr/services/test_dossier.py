import asyncio
import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from odr.adapters.notes.local import LocalNotes
from odr.adapters.objects.filesystem import FilesystemObjects
from odr.adapters.timestamps.local import LocalTimestamps
from odr.db.audit import Discreet
from odr.db.documents import Document
from odr.db.evidence import EvidenceItem
from odr.db.offers import Offer
from odr.db.uow import Database
from odr.domain.accounts import ANONYMOUS, Actor
from odr.domain.offers import Offered, asked, audience, commitment, to_record
from odr.domain.sittings import Place
from odr.domain.steps import Change, Role
from odr.domain.trust import Trust
from odr.domain.verifier import Finding, unpack
from odr.errors import NotFound, NotPermitted, NotSignedIn, Unavailable
from odr.services.dossier import DossierService
from odr.services.ledger import LedgerService
from odr.services.verification import verify_dossier
from tests.odr.ports.test_signer import Signed, sign_all
from tests.odr.sample_papers import NO_FONTS
from tests.support.clock import FixedClock

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
MASTER = bytes(32)


class SilentStamps:
    certificate_der = b""

    async def stamp(self, digest: bytes) -> bytes:
        raise Unavailable


class Court:
    """A platform small enough for a dossier: a case with both sides, papers for each, a log."""

    def __init__(self, db: Database, clock: FixedClock, folder: Path) -> None:
        stamps = LocalTimestamps(folder, MASTER, clock.now)
        log, seals = (LocalNotes(folder / f"{role}.key", MASTER, role) for role in ("log", "platform"))
        self.db, self.clock, self.folder = db, clock, folder
        self.objects = FilesystemObjects(folder / "objects", MASTER)
        self.ledger = LedgerService(db, clock, log, stamps)
        self.log, self.log_key, self.seals, self.stamps = log, log.key, seals, stamps
        self.case_id, self.applicant, self.respondent = uuid4(), uuid4(), uuid4()

    async def open(self, signed: Signed) -> None:
        certificates = (*signed.trust.timestamps, self.stamps.certificate_der)
        self.trust = Trust(self.log_key, self.seals.key, tuple(signed.trust.authorities), certificates)
        async with self.db.begin() as tx:
            ids = [tx.accounts.add(f"+861300000000{i}", self.clock.now()).id for i in range(2)]
            self.applicant, self.respondent = ids
            await tx.flush()
            self.case_id = tx.cases.open(self.applicant, self.clock.now()).id
            await tx.flush()
            tx.audit.add(
                ANONYMOUS, "case.open", "case", self.case_id, at=self.clock.now(), case_id=self.case_id
            )
            tx.cases.join(self.case_id, self.respondent, Role.RESPONDENT, "B")
        await self.file("mediation_agreement", "case", signed.final)
        await self.file("upload", "A", b"only the applicant's", "image/jpeg")

    async def file(self, kind: str, audience: str, content: bytes, form: str = "application/pdf") -> None:
        self.clock.advance(seconds=1)
        key, now = await self.objects.put(content), self.clock.now()
        async with self.db.begin() as tx:
            row = Document(
                case_id=self.case_id,
                kind=kind,
                title="材料",
                object_key=key,
                content_type=form,
                size_bytes=len(content),
                created_at=now,
                audience=audience,
            )
            tx.documents.add(row)
            tx.audit.add(
                ANONYMOUS,
                "document.issue",
                "document",
                uuid4(),
                at=now,
                case_id=self.case_id,
                audience=audience,
            )

    async def hand_in(self, number: int, content: bytes, *, disclosed: bool) -> None:
        """A photo of the applicant's."""
        key, now = await self.objects.put(content), self.clock.now()
        async with self.db.begin() as tx:
            row = EvidenceItem(
                case_id=self.case_id,
                side="A",
                number=number,
                title="借条",
                object_key=key,
                shown_key=key,
                content_type="image/jpeg",
                shown_type="image/jpeg",
                sha256=sha256(content).hexdigest(),
                size_bytes=len(content),
                uploaded_at=now,
                uploaded_by=self.applicant,
                disclosed=disclosed,
            )
            tx.evidence.add(row)
            actor = Actor(self.applicant)
            tx.audit.add(
                actor, "evidence.upload", "evidence", uuid4(), at=now, case_id=self.case_id, audience="A"
            )

    async def propose(self, key: Place) -> None:
        """A proposal of the mediator's, kept under the key of a place."""
        terms, salt, now = to_record(Offered("B", other=("当面道歉",))), uuid4().bytes, self.clock.now()
        async with self.db.begin() as tx:
            row = Offer(
                id=uuid4(),
                case_id=self.case_id,
                key=key.value,
                side="",
                made_by=self.applicant,
                name="调解员",
                terms=terms,
                salt=salt,
                made_at=now,
                valid_until=now,
                answers={},
            )
            tx.offers.add(row)
            change = Change("offer", row.id, self.case_id, "propose", None, "open", Role.MEDIATOR, now)
            within = audience(asked(key, ""))
            mark = {"commitment": commitment(terms, salt)}
            await tx.record(ANONYMOUS, change, within=Discreet(frozenset(), within, mark))

    def service(self, settle: Callable[[], Awaitable[None]] | None = None) -> DossierService:
        settle = settle or self.ledger.turn
        return DossierService(
            self.db, self.clock, self.objects, seals=self.seals, trust=self.trust, settle=settle
        )

    async def dossier(self, account_id: UUID) -> bytes:
        return (await self.service().download(Actor(account_id), self.case_id)).content


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return asyncio.run(sign_all(tmp_path_factory.mktemp("keys")))


@pytest.fixture
async def court(database: Database, clock: FixedClock, tmp_path: Path, signed: Signed) -> Court:
    court = Court(database, clock, tmp_path / "keys")
    await court.open(signed)
    return court


async def check(raw: bytes, trust: Trust) -> list[Finding]:
    return await asyncio.to_thread(lambda: list(verify_dossier(raw, trust)))


async def test_a_dossier_holds_with_the_keys_of_the_court(court: Court) -> None:
    findings = await check(await court.dossier(court.applicant), court.trust)
    assert [finding.place for finding in findings] == [None] * 8


async def test_a_second_dossier_holds_too_and_has_the_first_in_its_log(court: Court) -> None:
    await court.dossier(court.applicant)
    raw = await court.dossier(court.respondent)
    assert not [finding for finding in await check(raw, court.trust) if finding.place]
    assert b"dossier.export" in unpack(raw)["log/entries.json"]


async def test_a_newer_head_that_waits_for_its_time_stamp_holds_nothing_up(court: Court) -> None:
    async def settle_and_go_on() -> None:
        """The log is settled, and at once another act is signed whose time-stamp does not come."""
        await court.ledger.turn()
        async with court.db.begin() as tx:
            tx.audit.add(ANONYMOUS, "case.look", "case", court.case_id, at=court.clock.now())
        with pytest.raises(Unavailable):
            await LedgerService(court.db, court.clock, court.log, SilentStamps()).turn()

    service = court.service(settle_and_go_on)
    raw = (await service.download(Actor(court.applicant), court.case_id)).content
    assert not [one for one in await check(raw, court.trust) if one.place]


async def test_each_side_gets_what_it_may_open_and_no_more(court: Court) -> None:
    mine, theirs = [unpack(await court.dossier(who)) for who in (court.applicant, court.respondent)]
    assert {"documents/001-mediation_agreement.pdf", "evidence/002-upload.jpg"} <= mine.keys()
    assert "evidence/002-upload.jpg" not in theirs
    assert b'audience\\":\\"A' in mine["log/entries.json"]
    assert b'audience\\":\\"A' not in theirs["log/entries.json"]


async def test_evidence_goes_in_as_it_came_to_its_side_and_once_disclosed_to_the_other(court: Court) -> None:
    await court.hand_in(1, b"the original photo", disclosed=False)
    await court.hand_in(2, b"shown to both", disclosed=True)
    mine, theirs = [unpack(await court.dossier(who)) for who in (court.applicant, court.respondent)]
    assert mine["evidence/003-a-1.jpg"] == b"the original photo"
    assert mine["evidence/004-a-2.jpg"] == theirs["evidence/002-a-2.jpg"] == b"shown to both"
    assert not [path for path in theirs if path.endswith("a-1.jpg")]
    listed = {item["path"]: item for item in json.loads(mine["manifest.json"])["files"]}
    item = listed["evidence/003-a-1.jpg"]
    assert (item["title"], item["sha256"]) == ("借条", sha256(b"the original photo").hexdigest())
    assert not [one for one in await check(await court.dossier(court.applicant), court.trust) if one.place]


async def test_offers_go_to_those_alone_who_made_or_received_them(court: Court) -> None:
    for key in (Place.JOINT, Place.CAUCUS_A):
        await court.propose(key)
    mine, theirs = [unpack(await court.dossier(who)) for who in (court.applicant, court.respondent)]
    path = next(path for path in mine if path.endswith("offers.json"))
    told = json.loads(mine[path])["offers"]
    assert path.startswith("talks/")
    assert len(told) == 2
    assert len(json.loads(theirs[next(one for one in theirs if one.endswith("offers.json"))])["offers"]) == 1
    acts = mine["log/entries.json"].decode()
    for one in told:  # what was offered can be proved by its salt, and only by it
        assert commitment(one["terms"], bytes.fromhex(one["salt"])) in acts
    assert not [one for one in await check(await court.dossier(court.applicant), court.trust) if one.place]
    async with court.db.begin() as tx:
        case = await tx.cases.held(court.case_id)
        judge = tx.accounts.add("+8613000000009", court.clock.now())
        await tx.flush()
        case.judge_id = judge.id
        tx.audit.add(ANONYMOUS, "case.assign", "case", case.id, at=court.clock.now(), case_id=case.id)
    with pytest.raises(NotPermitted):  # who decides takes no dossier, so no offer either
        await court.service().download(Actor(judge.id, frozenset({Role.FILING_JUDGE})), court.case_id)


async def test_a_stranger_learns_nothing(court: Court) -> None:
    for actor, refusal in ((ANONYMOUS, NotSignedIn), (Actor(uuid4()), NotFound)):
        with pytest.raises(refusal):
            await court.service().download(actor, court.case_id)
        with pytest.raises(NotFound):
            await court.service().download(actor, uuid4())


async def test_who_is_in_the_case_without_the_permission_gets_no_dossier(court: Court) -> None:
    head = Actor(uuid4(), frozenset({Role.DIVISION_HEAD}))  # may look at every case of the division
    with pytest.raises(NotPermitted):
        await court.service().download(head, court.case_id)


async def test_a_dossier_made_anew_with_other_keys_is_refused(
    court: Court, database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    forger = Court(database, clock, tmp_path / "forger")
    forger.case_id, forger.objects = court.case_id, court.objects
    forger.trust, forger.ledger = court.trust, court.ledger
    raw = await forger.dossier(court.applicant)
    assert next(f.place for f in await check(raw, court.trust)) is not None
