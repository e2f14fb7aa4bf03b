"""The support desk (技术支持): help with devices, for people before and in a sitting.

Rule 1: the desk sees case number, names, devices and lines. It has no seat in the room of a sitting: no
        sound, picture, chat, evidence or minutes reaches it, nor who talks apart with whom.
Rule 2: what the desk proposes, fewer pictures or a test call, happens when the person says yes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from odr.domain.accounts import normal_phone
from odr.domain.sittings import Standing
from odr.errors import BadInput, NotAllowed

MOST_CHARACTERS: Final = 200  # of a message: it is read on a phone, between other things
BEFORE, AFTER = timedelta(hours=12), timedelta(hours=12)  # of a sitting's time in which its room is watched


class Trouble(StrEnum):
    """What a person says is wrong."""

    SOUND = "sound"  # hears nothing, or is not heard
    PICTURE = "picture"
    CONNECTION = "connection"
    OTHER = "other"


class Pictures(StrEnum):
    """Whether a person's line carries pictures: `OFF` once they agreed to go on with the voice alone."""

    ON = "on"
    ASKED = "asked"
    KEPT = "kept"  # asked, and they want to keep them
    OFF = "off"


# What a person may change their pictures to, from where they stand; whatever is not named is refused.
_CHOICES: Final = {
    Pictures.ON: {Pictures.OFF},
    Pictures.ASKED: {Pictures.OFF, Pictures.KEPT},
    Pictures.KEPT: {Pictures.OFF},
    Pictures.OFF: {Pictures.ON},
}


def choose(now: Pictures, wanted: Pictures) -> Pictures:
    """What the person chose for themselves; NotAllowed if the question no longer stands."""
    if wanted not in _CHOICES[now]:
        raise NotAllowed("This question no longer stands. You need not do anything.")
    return wanted


def propose_voice(now: Pictures) -> Pictures:
    """The desk asks for the voice alone; NotAllowed where there is nothing to ask."""
    if now is Pictures.OFF:
        raise NotAllowed("This person takes part by voice alone already.")
    return Pictures.ASKED


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to be called back: what is wrong, and the number, in E.164."""

    trouble: Trouble
    phone: str


def wish(trouble: str, phone: str, own_phone: str) -> Wish:
    """As it was entered; without a number, the person's own. BadInput if it is not one."""
    if trouble not in set(Trouble):
        raise BadInput("Please choose what is wrong.", field="trouble")
    return Wish(Trouble(trouble), normal_phone(phone) if phone.strip() else own_phone)


def words(text: str) -> str:
    """A message as it is sent; BadInput if it is empty or too long."""
    if not (text := text.strip()):
        raise BadInput("Please write something first.", field="text")
    if len(text) > MOST_CHARACTERS:
        raise BadInput("Please say it in at most %(count)s characters.", field="text", count=MOST_CHARACTERS)
    return text


def as_desk_sees(standing: Standing) -> Standing:
    """Who talks apart with whom is not the desk's: in a caucus is in the room."""
    return Standing.IN_ROOM if standing is Standing.IN_CAUCUS else standing


def watched(starts_at: datetime, now: datetime) -> bool:
    """Whether the desk looks after a sitting that is not over, though nobody is in its room."""
    return starts_at - BEFORE <= now <= starts_at + AFTER
