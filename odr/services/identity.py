"""Knowing a person: photos of the card, the face or a member of staff, the register; each result kept apart.

Rule 1: the frames of the camera live in memory only; result, distance, threshold, model and time are kept.
Rule 2: the ID number is shown to its owner and to the staff who check it, to nobody else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from filing.challenges import LOOK_AHEAD, SAY, Challenge, Shine, from_plain, new_challenge, plain
from filing.errors import FilingError
from filing.lines import Box, Kind, Reading
from filing.liveness import Verdict
from filing.quality import worst
from odr.db.identified import Act, facts, match, move, side_of
from odr.db.identity import Identity
from odr.db.outbox import Event
from odr.db.sealed import CasePhoto
from odr.db.uow import Database
from odr.db.vault import Vault
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.identity import (
    BACK_FIELDS,
    CONSENT_VERSION,
    FACE_TRIES,
    FRONT_FIELDS,
    MACHINE,
    Action,
    Shown,
    StaffWay,
    State,
    challenge_open,
    check_card,
    check_shown,
    could_be_done,
    face_failed,
    forgotten,
    may_draw,
)
from odr.domain.permissions import signed_in
from odr.domain.readings import TWO_THINGS, between_sides, choices, dump_field, load_field, seen_at, undecided
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, TooMany
from odr.ports.clock import Clock
from odr.ports.network_identity import NetworkIdentity
from odr.ports.reader import IdentityReader
from odr.ports.register import PopulationRegister, RegisterOutcome, RegisterQuery

_KINDS: Final = {"front": Kind.ID_FRONT, "back": Kind.ID_BACK}
_OTHER: Final = {"front": "back", "back": "front"}
_CHINA: Final = ZoneInfo("Asia/Shanghai")
_MOST_FRAMES: Final = 80


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field as it stands: the person's value, what was read, how surely, and whether a crop exists.

    `rivals`: what other places of the card say, and whether each can be shown.
    """

    name: str
    side: str
    value: str
    confidence: float | None
    has_crop: bool
    rivals: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityView:
    """What the person sees of his own identity."""

    state: str
    front_taken: bool
    back_taken: bool
    fields: tuple[ReadField, ...]
    warnings: tuple[str, ...]
    consented: bool
    tries_left: int
    face_near: bool
    staff_way: str
    staff_note: str
    register_outcome: str
    register_asked_at: datetime | None
    name: str
    consent_at: datetime | None
    consent_version: str
    withdrawn_at: datetime | None
    photos: bool


@dataclass(frozen=True, slots=True)
class Prompted:
    """One action: its name, its sentence (message id), and when it is shown, in milliseconds."""

    action: str
    say: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """What the page asks the person to do; `ahead` is the sentence (message id) between the actions."""

    nonce: str
    length_ms: int
    ahead: str
    lights: tuple[Shine, ...]
    prompts: tuple[Prompted, ...]


@dataclass(frozen=True, slots=True)
class FaceOutcome:
    """`reasons` are message ids; empty when the face is the card's and the challenge was done. `near`: only
    the likeness was in doubt, and a member of staff looks now. `spared`: it was refused and cost no try.
    """

    passed: bool
    near: bool
    reasons: tuple[str, ...]
    tries_left: int
    spared: bool = False


class IdentityService:
    """`reader` looks at photos, `register` is the second check."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        vault: Vault,
        reader: IdentityReader,
        register: PopulationRegister,
        network: NetworkIdentity | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._vault = vault
        self._reader = reader
        self._register = register
        self._network = network

    async def show(self, actor: Actor) -> IdentityView:
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            row = await tx.identities.get(account_id)
            state = await tx.states.get(MACHINE.name, account_id)
        return _view(row, state or "", self._clock.now())

    async def read_card(self, actor: Actor, side: str, photo: bytes) -> None:
        """Keep the photo of one side and what was read on it; BadInput says what to do better.

        A sheet that shows both sides is kept for the other one too, unless that was taken before. Each keeps
        a copy of its own, so that one can be taken again without the other.
        """
        account_id, kind = signed_in(actor), _KINDS.get(side)
        if kind is None:
            raise NotFound
        reading = await self._read(photo, kind, side)
        key = await self._vault.put(actor, account_id, photo, self._clock.now())
        other, beside = _OTHER[side], _beside(reading)
        second = await self._vault.put(actor, account_id, photo, self._clock.now()) if beside else ""
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            old, _ = side_of(row, side)
            await move(tx, Act(actor, Role.APPLICANT, self._clock.now()), row, Action.READ_CARD)
            _take(row, side, key, reading, self._clock.now())
            if beside and side_of(row, other)[0] is None:
                _take(row, other, second, beside, self._clock.now())
                at, second = self._clock.now(), ""
                tx.audit.add(actor, "identity.read_both", "identity", account_id, at=at, beside=other)
        await self._vault.delete(old)
        await self._vault.delete(second)

    async def confirm_card(
        self, actor: Actor, values: Mapping[str, str], picked: Collection[str] = ()
    ) -> None:
        """Take the fields as the person confirmed or corrected them; checked before they count.

        `picked`: the fields on which the card says two things and the person has chosen. BadInput for one
        that is left open.
        """
        account_id, now = signed_in(actor), self._clock.now()
        cleaned = {name: values.get(name, "").strip() for name in (*FRONT_FIELDS, *BACK_FIELDS)}
        cleaned["id_number"] = cleaned["id_number"].upper().replace(" ", "")
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            seen = {**row.front_reading.get("fields", {}), **row.back_reading.get("fields", {})}
            read = {name: load_field(one) for name, one in seen.items() if name in cleaned}
            if name := undecided(read, picked):
                raise BadInput(TWO_THINGS, field=name)
            check_card(cleaned, now.astimezone(_CHINA).date())
            for name, value in cleaned.items():
                setattr(row, name, value)
            row.confirmed_at = now
            chosen = choices(read, cleaned)
            if chosen:
                tx.audit.add(actor, "identity.choose", "identity", account_id, at=now, chosen=chosen)
            await move(tx, Act(actor, Role.APPLICANT, self._clock.now()), row, Action.CONFIRM_CARD)

    async def crop(self, actor: Actor, side: str, field: str, rival: int = 0) -> bytes:
        """The part of the person's own photo that a field, or its rival, was read from, as PNG."""
        return await self._reader.crop(*await self._seen(actor, side, field, rival))

    async def whole(self, actor: Actor, side: str, field: str, rival: int = 0) -> bytes:
        """The person's own photo with a frame round that part, as JPEG."""
        return await self._reader.marked(*await self._seen(actor, side, field, rival))

    async def _seen(self, actor: Actor, side: str, field: str, rival: int) -> tuple[bytes, Box, int]:
        async with self._db.read() as tx:
            row = await tx.identities.get(signed_in(actor))
        photo, reading = side_of(row, side)
        box = seen_at(reading.get("fields", {}).get(field), rival)
        if photo is None or box is None:
            raise NotFound
        return await self._vault.get(signed_in(actor), photo), box, 0

    async def forget_photos(self, actor: Actor) -> None:
        """Destroy the key of the person's card photos, once they have served; cases keep their own."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            if await tx.states.get(MACHINE.name, account_id) != State.VERIFIED:
                raise NotAllowed("The photos are needed until your identity is verified.")
            await tx.sealed.destroy(account_id, now)
            keys = (row.front_photo, row.back_photo)
            row.front_photo = row.back_photo = None
            row.front_reading, row.back_reading = {}, {}
            tx.audit.add(actor, "photo.destroy", "data_key", account_id, at=now)
        for key in keys:
            await self._vault.delete(key)

    async def keep_for_case(self, event: Event) -> None:
        """A copy of the card's photos under the key of the case (`identity.keep_for_case`)."""
        case_id, account_id = UUID(event.payload["case_id"]), UUID(event.payload["account_id"])
        async with self._db.read() as tx:
            row = await tx.identities.get(account_id)
        photos = {"front": row.front_photo, "back": row.back_photo} if row else {}
        for side, key in photos.items():
            async with self._db.read() as tx:
                kept = await tx.sealed.photo(case_id, account_id, side)
            if key is None or kept:
                continue
            now = self._clock.now()
            copy = await self._vault.put(PLATFORM, case_id, await self._vault.get(account_id, key), now)
            async with self._db.begin() as tx:
                tx.sealed.keep(
                    CasePhoto(
                        case_id=case_id, account_id=account_id, side=side, object_key=copy, sealed_at=now
                    )
                )
                tx.audit.add(
                    PLATFORM, "photo.keep", "identity", account_id, at=now, case_id=case_id, side=side
                )

    async def consent(self, actor: Actor, *, granted: bool) -> None:
        """Separate consent to the use of face data, and its withdrawal (PIPL 15, 29)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.identities.lock(signed_in(actor))
            row.consent_at = now if granted else None
            row.consent_version = CONSENT_VERSION if granted else row.consent_version
            if not granted:  # what the face left behind goes; that it was compared, and when, stays
                row.consent_withdrawn_at, row.challenge, row.face_distance = now, {}, None
            action = "face_consent.give" if granted else "face_consent.withdraw"
            tx.audit.add(actor, action, "identity", row.account_id, at=now, version=row.consent_version)

    async def challenge(self, actor: Actor) -> ChallengeView:
        """A fresh challenge; an earlier one is void from now on."""
        now, drawn = self._clock.now(), new_challenge()
        async with self._db.begin() as tx:
            row = await tx.identities.lock(signed_in(actor))
            if row.consent_at is None:
                raise NotAllowed("The face is compared only after you agreed to it.", article="PIPL 29")
            if face_failed(facts(row)):
                raise TooMany("The face could not be matched three times. Please ask our staff to check.")
            if not may_draw(row.challenges, row.challenges_since, now):
                raise TooMany("The camera check was begun too often today. Please ask our staff to check.")
            if forgotten(row.challenges_since, now):
                row.challenges, row.challenges_since = 0, now
            row.challenges += 1
            row.challenge = {**_stored(drawn, now), "seen": sorted(_seen(row))}
            tx.audit.add(actor, "face.challenge", "identity", row.account_id, at=now, nonce=drawn.nonce)
        prompts = tuple(Prompted(p.action.value, SAY[p.action], p.from_ms, p.until_ms) for p in drawn.prompts)
        return ChallengeView(drawn.nonce, drawn.length_ms, LOOK_AHEAD, drawn.lights, prompts)

    async def check_face(self, actor: Actor, nonce: str, frames: Sequence[tuple[bytes, int]]) -> FaceOutcome:
        """Judge the frames of a challenge; the challenge is used up whatever comes out."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            asked, seen, photo = _open_challenge(row, nonce, now, frames), _seen(row), row.front_photo
            row.challenge = {"seen": sorted(seen)}
            tx.audit.add(actor, "face.try", "identity", account_id, at=now, nonce=nonce)
        if photo is None:
            raise NotAllowed("Please photograph both sides of the card first.")
        card = await self._vault.get(account_id, photo)
        try:
            verdict = await self._reader.judge_liveness(frames[:_MOST_FRAMES], asked, card, seen)
        except FilingError as error:
            raise BadInput(error.public) from error
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            row.challenge = {"seen": sorted(seen | set(verdict.digests))[-400:]}
            if not verdict.undecided:
                _judged(row, verdict, now)
            tx.audit.add(
                actor,
                "face.result",
                "identity",
                account_id,
                at=now,
                passed=verdict.passed,
                distance=verdict.distance,
                reasons=[reason.name for reason in verdict.reasons],
            )
            if verdict.passed:
                await match(tx, Act(actor, Role.APPLICANT, self._clock.now()), row, Action.MATCH_FACE)
            elif verdict.near:
                row.staff_way, row.staff_asked_at = StaffWay.VIDEO, now
                row.staff_same = row.staff_at = row.staff_by = None
                await move(tx, Act(actor, Role.APPLICANT, self._clock.now()), row, Action.REFER_FACE)
            elif face_failed(facts(row)):
                await move(tx, Act(actor, Role.APPLICANT, self._clock.now()), row, Action.FAIL_FACE)
            left = _tries_left(row, now)
        reasons = tuple(reason.words for reason in verdict.reasons)
        return FaceOutcome(verdict.passed, verdict.near, reasons, left, spared=verdict.undecided)

    async def ask_staff(self, actor: Actor, way: str, shown: Shown | None = None) -> None:
        """Ask for a look by a member of staff instead of the camera's comparison.

        `shown`: which paper will be shown, where there is no confirmed ID card.
        """
        if way not in set(StaffWay):
            raise BadInput("Please choose how our staff should see you.", field="way")
        async with self._db.begin() as tx:
            row = await tx.identities.lock(signed_in(actor))
            if row.confirmed_at is None:
                paper = check_shown(shown or Shown("", "", ""))
                row.document, row.name = paper.document, paper.name
                row.id_number, row.document_number = paper.id_number, paper.number
            row.staff_way, row.staff_asked_at = way, self._clock.now()
            row.staff_same = row.staff_at = row.staff_by = None
            await move(tx, Act(actor, Role.APPLICANT, self._clock.now()), row, Action.ASK_STAFF)

    async def use_network(self, actor: Actor, certificate: str) -> None:
        """Verify by a network certificate; the plain number is neither given nor asked for afterwards."""
        if self._network is None:
            raise NotFound
        account_id, now = signed_in(actor), self._clock.now()
        answer = await self._network.redeem(certificate)
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            if await tx.identities.by_certificate(answer.reference):
                raise BadInput("This network certificate was used already. Please fetch a new one.")
            row.name, row.network_number = answer.name, answer.number
            row.network_reference, row.network_at = answer.reference, now
            row.id_number = ""
            await move(tx, Act(actor, Role.APPLICANT, now), row, Action.NETWORK_VERIFY)
            (await tx.accounts.get(account_id)).display_name = row.name

    def network_address(self, back: str) -> str:
        """Where a network certificate is shown; "" where this court has no such service."""
        return self._network.address(back) if self._network else ""

    async def ask_register(self, event: Event) -> None:
        """The second check; Unavailable while the register is slow or away: the worker asks again."""
        account_id = UUID(event.payload["account_id"])
        async with self._db.read() as tx:
            row = await tx.identities.get(account_id)
            state = await tx.states.get(MACHINE.name, account_id)
        if row is None or state != State.PERSON_MATCHED:
            return
        answer = await self._register.compare(RegisterQuery(str(event.id), row.name, row.id_number))
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            row.register_outcome, row.register_reference = answer.outcome.value, answer.reference
            row.register_at = self._clock.now()
            matched = answer.outcome is RegisterOutcome.MATCH
            action = Action.REGISTER_MATCH if matched else Action.REGISTER_REFUSE
            await move(tx, Act(PLATFORM, Role.CLOCK, self._clock.now()), row, action)
            if matched:
                (await tx.accounts.get(account_id)).display_name = row.name

    async def _read(self, photo: bytes, kind: Kind, side: str) -> Reading:
        try:
            reading = await self._reader.read(photo, kind.value)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field=side) from error
        wanted = FRONT_FIELDS if side == "front" else BACK_FIELDS
        if not any(name in reading.fields for name in wanted):
            none = "We see no ID card on this photo. Please fill the frame with it."
            raise BadInput(worst(reading.warnings) or none, field=side)
        return reading


def _beside(reading: Reading) -> Reading | None:
    """The other side of the card, where the same sheet shows it legibly."""
    return reading.beside if reading.beside and reading.beside.fields else None


def _take(row: Identity, side: str, key: str, reading: Reading, now: datetime) -> None:
    """Put a new photo and its fields in place; what was confirmed or compared before no longer counts."""
    kept: dict[str, Any] = {
        "fields": {name: dump_field(field) for name, field in reading.fields.items()},
        "warnings": list(reading.warnings),
    }
    if side == "front":
        row.front_photo, row.front_reading = key, kept
    else:
        row.back_photo, row.back_reading = key, kept
    row.document = row.document_number = ""
    row.confirmed_at = row.face_same = row.face_distance = None
    row.staff_same = row.staff_asked_at = row.staff_at = None
    row.register_outcome = ""
    if forgotten(row.face_at, now):
        row.tries = 0


def _stored(challenge: Challenge, now: datetime) -> dict[str, Any]:
    return {**plain(challenge), "at": now.isoformat()}


def _open_challenge(
    row: Identity, nonce: str, now: datetime, frames: Sequence[tuple[bytes, int]]
) -> Challenge:
    """The challenge that was asked; NotAllowed for another, a used or old one, or frames come too soon."""
    kept = row.challenge
    if not nonce or kept.get("nonce") != nonce or not challenge_open(datetime.fromisoformat(kept["at"]), now):
        raise NotAllowed("This camera check is over. Please begin it again.")
    asked = from_plain(kept)
    last_ms = max((t_ms for _, t_ms in frames), default=0)
    if not could_be_done(datetime.fromisoformat(kept["at"]), now, asked.length_ms, last_ms):
        raise NotAllowed("The pictures came sooner than the check can be done. Please begin it again.")
    return asked


def _seen(row: Identity) -> frozenset[str]:
    """Digests of frames sent before: the same pictures are not taken twice."""
    return frozenset(row.challenge.get("seen", ()))


def _judged(row: Identity, verdict: Verdict, now: datetime) -> None:
    """Keep the result of a try, and count it if it failed."""
    row.tries += 0 if verdict.passed or verdict.near else 1
    row.face_same = None if verdict.near else verdict.passed
    row.face_distance, row.face_threshold = verdict.distance, verdict.threshold
    row.face_model, row.face_at = verdict.model, now


def _tries_left(row: Identity, now: datetime) -> int:
    return max(0, FACE_TRIES - row.tries) if may_draw(row.challenges, row.challenges_since, now) else 0


def _view(row: Identity | None, state: str, now: datetime) -> IdentityView:
    row = row or Identity(front_reading={}, back_reading={}, tries=0, challenges=0)
    sides = (("front", FRONT_FIELDS, row.front_reading), ("back", BACK_FIELDS, row.back_reading))
    fields = tuple(
        _read_field(row, side, name, (reading or {}).get("fields", {}))
        for side, names, reading in sides
        for name in names
    )
    warnings = [*(row.front_reading or {}).get("warnings", ()), *(row.back_reading or {}).get("warnings", ())]
    return IdentityView(
        state=state,
        front_taken=bool(row.front_photo),
        back_taken=bool(row.back_photo),
        fields=fields,
        warnings=(*warnings, *between_sides({field.name: field.value for field in fields})),
        consented=row.consent_at is not None,
        tries_left=_tries_left(row, now),
        face_near=row.face_same is None and row.face_distance is not None,
        staff_way=row.staff_way or "",
        staff_note=row.staff_note or "",
        register_outcome=row.register_outcome or "",
        register_asked_at=row.register_asked_at,
        name=row.name or "",
        consent_at=row.consent_at,
        consent_version=row.consent_version or "",
        withdrawn_at=row.consent_withdrawn_at,
        photos=bool(row.front_photo or row.back_photo),
    )


def _read_field(row: Identity, side: str, name: str, read: Mapping[str, Any]) -> ReadField:
    """The confirmed value if there is one, else what was read."""
    found = read.get(name)
    value = getattr(row, name, "") if row.confirmed_at else (found or {}).get("value", "")
    rivals = () if row.confirmed_at or not found else found.get("rivals", ())
    others = tuple((rival["value"], rival["box"] is not None) for rival in rivals)
    return ReadField(name, side, value, found and found["confidence"], bool(found and found["box"]), others)
