"""The family of errors of the media server; whoever calls it says what they mean for a person."""


class RtcError(Exception):
    """Base of the family; str(error) is for the log and holds no personal data."""


class Malformed(RtcError):
    """Bytes from the network that do not say what their protocol asks for."""


class TicketRefused(RtcError):
    """A ticket that is forged, expired, used before or for a room that is not open."""


class UnknownRoom(RtcError):
    """No room of that id is open on this server."""


class StaleEpoch(RtcError):
    """A route matrix that is not newer than the one in force."""


class AnswerRefused(RtcError):
    """A session description that does not answer the offer it belongs to."""


class NoAddress(RtcError):
    """None of the configured addresses can be bound."""


class NoNativePlane(RtcError):
    """The data plane in C was asked for and is not built."""
