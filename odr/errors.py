"""The family of errors a user can meet.

Rule 1: `public` is a message id in English, translated where the page is rendered; str(error) is for the log.
Rule 2: neither holds personal data.
"""

from typing import ClassVar


class OdrError(Exception):
    """Base of the family.

    `message` is the sentence for the user (a gettext id); `values` fill its %(name)s places; `article` is the
    norm it rests on, if any, e.g. "MSF 126".
    """

    field: str | None = None  # of a form, where the error is about one
    public: ClassVar[str] = "Something went wrong on our side. Nothing you entered is lost; please try again."

    def __init__(
        self, message: str | None = None, *, article: str | None = None, **values: str | int
    ) -> None:
        self.message = message or self.public
        self.article = article
        self.values = values
        super().__init__(self.message)


class NotFound(OdrError):
    public = "We cannot find that page or record."


class NotSignedIn(OdrError):
    public = "Please sign in first."


class NotPermitted(OdrError):
    """The person may never do this; the record itself may not be theirs to see."""

    public = "You are not permitted to do this."


class NotAllowed(OdrError):
    """The person may do this, but not now: the state of the case or a guard forbids it."""

    public = "This cannot be done at this point of the case."


class Conflict(OdrError):
    """Somebody else changed the same thing first."""

    public = "Somebody else changed this a moment ago. Please look again and repeat your step."


class BadInput(OdrError):
    """What was entered or uploaded cannot be taken; `field` names the form field when there is one."""

    public = "Please check what you entered."

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        article: str | None = None,
        **values: str | int,
    ) -> None:
        super().__init__(message, article=article, **values)
        self.field = field


class TooMany(OdrError):
    public = "Too many tries. Please wait a little and try again."


class Unavailable(OdrError):
    """An outside system did not answer; the act stays pending and is tried again."""

    public = "A system we depend on does not answer. Your step is kept and will be tried again."
