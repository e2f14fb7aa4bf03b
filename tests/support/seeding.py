"""A case that is ready for its sitting, written into the database of a served court."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import MappingProxyType
from uuid import UUID, uuid4

from PIL import Image, ImageDraw

from odr.adapters.objects.filesystem import FilesystemObjects
from odr.db.convening import Call, convene
from odr.db.evidence import EvidenceItem
from odr.db.uow import Database
from odr.domain import drafts, mediation
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.sittings import Kind, SeatRole
from odr.domain.steps import Change, Role, Told
from tests.support.filings import citizen, verify
from tests.support.server import Server

MEDIATOR_PHONE = "+8613800000005"  # odr.demo.court
_TALKING = (
    (drafts.MACHINE.name, str(drafts.State.PRE_MEDIATION)),
    (mediation.MACHINE.name, str(mediation.State.IN_SESSION)),
)


# Side, number, title, whether both sides may see it.
Piece = tuple[str, int, str, bool]
OF_A: Sequence[Piece] = (("A", 1, "借条", True), ("A", 2, "转账记录", False))
_OF_B: Piece = ("B", 1, "收条", True)


@dataclass(frozen=True, slots=True)
class Now:
    """A clock that goes with the served court's."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Ready:
    """The scheduled sitting, and the phone number of everybody in it."""

    case_id: UUID
    sitting: UUID
    phones: dict[str, str]


async def ready_sitting(
    server: Server,
    *,
    agents: Sequence[tuple[str, str]] = (),
    guests: Mapping[str, SeatRole] = MappingProxyType({}),
    proved: Sequence[str] = (),
    talking: bool = False,
    replied: bool = False,
) -> Ready:
    """wang against yang, with 调解员甲 and two pieces of evidence, in a quarter of an hour.

    `agents`: who speaks for which side, too; `guests`: who else has a seat, as what;
    `proved`: who proved who they are some day before, and has no part in it yet.
    `talking`: an agreement can be written and signed. `replied`: yang brought a piece, too.
    """
    db = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
    now = Now().now()
    try:
        async with db.begin() as tx:
            phones = [citizen(name).phone for name in ("wang", "yang")]
            wang, yang = [await tx.accounts.by_phone(one) or tx.accounts.add(one, now) for one in phones]
            await tx.flush()
            mediator = await tx.accounts.by_phone(MEDIATOR_PHONE)
            assert mediator
            case = tx.cases.open(wang.id, now, cause="loan", amount_fen=5_000_000)
            await tx.flush()
            case.number, case.mediator_id = (
                f"(2026)示0108诉前调{await tx.cases.next_number('诉前调', 2026)}号",
                mediator.id,
            )
            begun = await tx.cases.participant(case.id, wang.id)
            assert begun
            begun.name = citizen("wang").name
            tx.cases.join(case.id, yang.id, Role.RESPONDENT, "B", citizen("yang").name)
            for name, side in agents:
                agent = await tx.accounts.by_phone(citizen(name).phone) or tx.accounts.add(
                    citizen(name).phone, now
                )
                await tx.flush()
                tx.cases.join(case.id, agent.id, Role.AGENT, side, citizen(name).name)
            if talking:
                tx.drafts.add(case.id, now)
                for machine, state in _TALKING:
                    step = (machine, case.id, case.id, "set_up", None, state, Role.CLOCK, now)
                    await tx.record(PLATFORM, Change(*step, told=Told.CASE))
            tx.audit.add(PLATFORM, "case.open", "case", case.id, at=now)
            case_id = case.id
            strangers = {name: tx.accounts.add(citizen(name).phone, now) for name in proved}
        for name, account in strangers.items():
            await verify(db, Actor(account.id), name, now)
        await add_evidence(db, server, case_id, [(wang.id, one) for one in OF_A], now)
        if replied:
            await add_evidence(db, server, case_id, [(yang.id, _OF_B)], now)
        host = Actor(mediator.id, frozenset({Role.MEDIATOR}))
        at = now + timedelta(minutes=15)
        async with db.begin() as tx:
            sitting = await convene(tx, case_id, Call(host, Role.MEDIATOR, Kind.MEDIATION, at, now))
            for name, role in guests.items():
                guest = tx.accounts.add(citizen(name).phone, now)
                await tx.flush()
                tx.sittings.add_seat(sitting, guest.id, role, citizen(name).name)
    finally:
        await db.close()
    names = {name: citizen(name).phone for name in ("wang", "yang", "liu", "zhao", "zhang", "sun")}
    names["mediator"] = MEDIATOR_PHONE
    return Ready(case_id, sitting, names)


async def papers_of(server: Server, ready: Ready) -> set[str]:
    """The kinds of paper that the case holds by now."""
    db = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
    try:
        async with db.read() as tx:
            return {row.kind for row in await tx.documents.of_case(ready.case_id)}
    finally:
        await db.close()


async def add_evidence(
    db: Database, server: Server, case_id: UUID, pieces: Sequence[tuple[UUID, Piece]], now: datetime
) -> None:
    """Pieces of two pages each, with the accounts that brought them."""
    objects = FilesystemObjects(server.data / "objects", (server.data / "keys" / "master").read_bytes())
    for owner, (side, number, title, disclosed) in pieces:
        body = _pages(number)
        key = await objects.put(body)
        async with db.begin() as tx:
            tx.evidence.add(
                EvidenceItem(
                    id=uuid4(),
                    case_id=case_id,
                    side=side,
                    number=number,
                    title=title,
                    purpose="证明被申请人借款五万元" if side == "A" else "证明已经归还五千元",
                    object_key=key,
                    shown_key=key,
                    content_type="application/pdf",
                    shown_type="application/pdf",
                    sha256=key,
                    size_bytes=len(body),
                    pages=2,
                    uploaded_at=now,
                    uploaded_by=owner,
                    disclosed=disclosed,
                )
            )
            tx.audit.add(PLATFORM, "evidence.upload", "case", case_id, at=now)


def _pages(number: int) -> bytes:
    """A PDF of two pages that differ."""
    pages = []
    for page in (1, 2):
        sheet = Image.new("RGB", (620, 877), "#fffdf6")
        pen = ImageDraw.Draw(sheet)
        for line in range(6 + 4 * page):
            pen.line((70, 120 + 40 * line, 550 - 30 * (line % 3), 120 + 40 * line), fill="#555", width=3)
        pen.rectangle((60, 40, 560, 80), outline="#a33", width=2 + number + page)
        pages.append(sheet)
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()
