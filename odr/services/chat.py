"""Writing to each other in a room: a line reaches those who are in the same place, and nobody else."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from odr.db.chat import ChatLine, number_in
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.permissions import signed_in
from odr.domain.sittings import APART, MAY_SEND, PRIVATE, Channel, Place, SeatRole, State
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock

MAX_CHARACTERS: Final = 1000


class ChatService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def say(self, actor: Actor, sitting_id: UUID, text: str) -> UUID:
        """Keep the line under the key of the place where it is said; its audience hears of it at once."""
        account_id, text, now = signed_in(actor), text.strip(), self._clock.now()
        if not text:
            raise BadInput("Please write something first.", field="text")
        if len(text) > MAX_CHARACTERS:
            raise BadInput("This is too long. Please send it in parts.", field="text")
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            place = meeting.place_of(account_id, Channel.CHAT)
            if place is None:
                raise NotAllowed("You can write once you are in the room.")
            if SeatRole(meeting.seats[account_id].role) not in MAY_SEND[Channel.CHAT]:
                raise NotPermitted("Only the parties, their agents and the one who leads write here.")
            line = tx.chat.add(
                ChatLine(
                    id=uuid4(),
                    sitting_id=sitting_id,
                    key=place.value,
                    number=await tx.chat.next_number(sitting_id, place),
                    account_id=account_id,
                    name=meeting.seats[account_id].name,
                    text=text,
                    at=now,
                )
            )
            _tell(tx, meeting, line, place, now)
        return line.id

    async def release(self, actor: Actor, sitting_id: UUID, line_id: UUID) -> None:
        """Let everybody read one line that was written apart; its author alone decides, line by line."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            line = await tx.chat.get(line_id)
            if line.sitting_id != sitting_id or line.account_id != account_id:
                raise NotFound
            if Place(line.key) not in APART | PRIVATE or meeting.state is not State.LIVE:
                raise NotAllowed("Only what was written apart can be released, during the sitting.")
            if line.released_at is not None:
                return
            line.released_number = await tx.chat.next_number(sitting_id, Place.JOINT)
            line.released_at = now
            case_id = meeting.sitting.case_id
            tx.audit.add(actor, "chat.release", "sitting", sitting_id, at=now, case_id=case_id)
            _tell(tx, meeting, line, Place.JOINT, now)


def _tell(tx: Tx, meeting: Meeting, line: ChatLine, place: Place, now: datetime) -> None:
    """The line to whoever may read it in the place now."""
    for receiver in meeting.receivers(Channel.CHAT, place):
        said: dict[str, object] = {"id": str(line.id), "key": place.value, "number": number_in(line, place)}
        said |= {"name": line.name, "role": meeting.seats[line.account_id].role, "text": line.text}
        said["released"] = line.released_at is not None
        said["mine"], said["at"] = receiver == line.account_id, now.isoformat()
        news = {"sitting": str(meeting.sitting.id), "what": "chat", "line": said}
        tx.pushes.add(receiver, "sitting", news, now)
