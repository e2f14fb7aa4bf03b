"""Writing to each other in a room: a line reaches those who are in the same place, and nobody else."""

from typing import Final
from uuid import UUID, uuid4

from odr.db.chat import ChatLine
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.permissions import signed_in
from odr.domain.sittings import Channel
from odr.errors import BadInput, NotAllowed
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
            line = tx.chat.add(
                ChatLine(
                    id=uuid4(),
                    sitting_id=sitting_id,
                    key=place.value,
                    account_id=account_id,
                    name=meeting.seats[account_id].name,
                    text=text,
                    at=now,
                )
            )
            for receiver in meeting.receivers(Channel.CHAT, place):
                said: dict[str, object] = {"id": str(line.id), "key": line.key}
                said |= {"name": line.name, "text": text}
                said["mine"], said["at"] = receiver == account_id, now.isoformat()
                news = {"sitting": str(sitting_id), "what": "chat", "line": said}
                tx.pushes.add(receiver, "sitting", news, now)
        return line.id
