"""A case with two sides, a mediator and a sitting, for the tests of the room."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from odr.db.convening import Call, convene
from odr.db.evidence import EvidenceItem
from odr.db.pushes import News
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.ports.media import SeatJoined
from odr.services.chat import ChatService
from odr.services.exhibits import ExhibitService
from odr.services.minutes import MinutesService
from odr.services.rooms import RoomService
from odr.services.sittings import SittingService
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.media import FakeMediaRooms


class NoObjects:
    """Nothing is stored: the room's rules need no bytes."""

    async def put(self, content: bytes) -> str:
        return "key"

    async def get(self, key: str) -> bytes:
        return b"picture"

    async def exists(self, key: str) -> bool:
        return True

    async def delete(self, key: str) -> None:
        return None


@dataclass(slots=True)
class House:
    """`mo` leads; `wang` and `yang` are sides A and B. Everything but media is real."""

    db: Database
    clock: FixedClock
    media: FakeMediaRooms
    sittings: SittingService
    rooms: RoomService
    chat: ChatService
    minutes: MinutesService
    exhibits: ExhibitService
    mo: Actor
    wang: Actor
    yang: Actor
    case_id: UUID
    sitting: UUID

    async def come(self, *people: Actor) -> None:
        """Up to the lobby, with rules agreed; media has seen them, and sound is on its way."""
        for person in people:
            await self.sittings.agree_rules(person, self.sitting)
            await self.rooms.ticket(person, self.sitting)
            assert person.account_id
            await self.rooms.heard(SeatJoined(self.sitting, person.account_id, "", self.clock.now()))

    async def gather(self) -> None:
        """Everybody in the joint room."""
        await self.come(self.wang, self.yang, self.mo)
        await self.rooms.start(self.mo, self.sitting)

    async def apart(self, side: str) -> None:
        """A talk apart with a side, whose party accepts it."""
        await self.rooms.ask_apart(self.mo, self.sitting, side)
        await self.rooms.accept(self.wang if side == "A" else self.yang, self.sitting)

    async def together(self) -> None:
        """All in the joint room, without waiting for the countdown."""
        await self.rooms.back(self.mo, self.sitting)

    async def news(self, person: Actor, what: str) -> list[News]:
        """What of one kind was sent to the person's pages."""
        async with self.db.read() as tx:
            found = await tx.pushes.after(0, 10_000)
        return [
            one for one in found if one.account_id == person.account_id and one.payload.get("what") == what
        ]

    async def add_exhibit(self, owner: Actor, *, disclosed: bool) -> UUID:
        assert owner.account_id
        side = "A" if owner == self.wang else "B"
        async with self.db.begin() as tx:
            number = await tx.evidence.next_number(self.case_id, side)
            row = tx.evidence.add(
                EvidenceItem(
                    id=uuid4(),
                    case_id=self.case_id,
                    side=side,
                    number=number,
                    title="借条",
                    object_key="key",
                    shown_key="key",
                    content_type="image/jpeg",
                    shown_type="image/jpeg",
                    sha256="0" * 64,
                    size_bytes=1,
                    pages=3,
                    uploaded_at=self.clock.now(),
                    uploaded_by=owner.account_id,
                    disclosed=disclosed,
                )
            )
            tx.audit.add(owner, "evidence.upload", "evidence", row.id, at=self.clock.now())
        return row.id


async def open_house(db: Database, clock: FixedClock, typesetter: object = None) -> House:
    """The house with a mediation scheduled in half an hour."""
    wang, yang = await open_account(db, "wang", clock.now()), await open_account(db, "yang", clock.now())
    media = FakeMediaRooms()
    async with db.begin() as tx:
        host = tx.accounts.add("+8613800000005", clock.now(), "调解员甲")
        await tx.flush()
        tx.accounts.give_role(host.id, Role.MEDIATOR)
        assert wang.account_id
        assert yang.account_id
        case = tx.cases.open(wang.account_id, clock.now(), cause="loan", amount_fen=5_000_000)
        await tx.flush()
        case.mediator_id = host.id
        tx.cases.join(case.id, yang.account_id, Role.RESPONDENT, "B", "杨")
        tx.audit.add(wang, "case.open", "case", case.id, at=clock.now())
    mo = Actor(host.id, frozenset({Role.MEDIATOR}))
    mo, wang, yang = (replace(one, since=clock.now()) for one in (mo, wang, yang))
    sittings = SittingService(db, clock, media)
    when = clock.now() + timedelta(minutes=30)
    async with db.begin() as tx:
        sitting = await convene(tx, case.id, Call(mo, Role.MEDIATOR, Kind.MEDIATION, when, clock.now()))
    return House(
        db,
        clock,
        media,
        sittings,
        RoomService(db, clock, media),
        ChatService(db, clock),
        MinutesService(db, clock),
        ExhibitService(db, clock, NoObjects(), typesetter),  # type: ignore[arg-type]  # pictures only
        mo,
        wang,
        yang,
        case.id,
        sitting,
    )
