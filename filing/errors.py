"""The family of errors of `filing`.

Rule 1: `public` is a message id in English for the person; str(error) is for the log.
Rule 2: neither holds personal data.
"""

from typing import ClassVar


class FilingError(Exception):
    """Base of the family."""

    public: ClassVar[str] = "This could not be worked out. Please check what you entered."


class FeeUnknown(FilingError):
    """The schedule gives no fee for what was asked: an amount is missing or impossible."""

    public = "Please give the amount of your claim; the fee depends on it."


class Unreadable(FilingError):
    """The bytes are not a picture we can open, or there is nothing on it that we can read.

    `message` is the sentence for the person (a message id), by default the class's own.
    """

    public = "We could not open this file. Please take the photo again and send it as JPEG, PNG, HEIC or PDF."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.public
        super().__init__(self.message)


class TooLarge(Unreadable):
    public = "This picture is too large. Please send one of at most 60 megapixels."


class Empty(Unreadable):
    public = "This file is empty. Please choose it again."


class WrongType(Unreadable):
    """A file of a kind that is not taken; `message` says which and what to send instead."""

    public = "This kind of file is not taken here. Please send a photo or a PDF."


class Hidden(Unreadable):
    public = "Another file is hidden inside this one. Please take the photo again, or print it to a new PDF."


class Incomplete(Unreadable):
    public = "The end of this file is missing. Please choose it again and wait until it is sent."


class Locked(Unreadable):
    public = "This PDF is protected by a password. Please send it without a password."


class TooManyPages(Unreadable):
    public = "This PDF has too many pages. Please send at most 30 pages."


class Bloated(Unreadable):
    """A file that unpacks to much more than its size says."""

    public = "This file unpacks to far more than a paper needs. Please print it to a new PDF and send that."


class Active(Unreadable):
    public = "This PDF contains a program or another file. Please print it to a new PDF and send that."


class UnknownPaper(Unreadable):
    public = "We do not recognise this paper. Please choose its kind and check that the photo is sharp."


class Unfinished(Unreadable):
    """Reading took too long or too much memory, or the file broke the program that read it."""

    public = "We could not finish reading this picture. Please take the photo again with your camera."
