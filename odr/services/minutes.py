"""The minutes (笔录) of a sitting, written by its host, read live by all in the joint room."""

from typing import Final
from uuid import UUID, uuid4

from odr.db.minutes import MinutesLine
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.permissions import signed_in
from odr.domain.sittings import Channel
from odr.errors import BadInput, NotAllowed, NotPermitted
from odr.ports.clock import Clock

MAX_CHARACTERS: Final = 2000


class MinutesService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def write(self, actor: Actor, sitting_id: UUID, speaker: str, text: str) -> UUID:
        """One line: who said what, now. Nothing of a caucus is written down (OMR 29)."""
        account_id, now = signed_in(actor), self._clock.now()
        speaker, text = speaker.strip(), text.strip()
        if not text or len(text) > MAX_CHARACTERS:
            raise BadInput("Please write one line of the minutes.", field="text")
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            if meeting.sitting.host_id != account_id:
                raise NotPermitted
            place = meeting.place_of(account_id, Channel.MINUTES)
            if place is None:
                raise NotAllowed("Minutes are kept of the joint room only.", article="OMR 29")
            line = tx.minutes.add(
                MinutesLine(
                    id=uuid4(),
                    sitting_id=sitting_id,
                    at=now,
                    speaker=speaker or meeting.seats[account_id].name,
                    text=text,
                    key=place.value,
                    written_by=account_id,
                )
            )
            case_id = meeting.sitting.case_id
            tx.audit.add(actor, "minutes.write", "sitting", sitting_id, at=now, case_id=case_id)
            for receiver in meeting.receivers(Channel.MINUTES, place):
                said = {"id": str(line.id), "speaker": line.speaker, "text": text, "at": now.isoformat()}
                news = {"sitting": str(sitting_id), "what": "minutes", "line": said}
                tx.pushes.add(receiver, "sitting", news, now)
        return line.id
