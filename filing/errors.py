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
