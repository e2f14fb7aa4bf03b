"""Every log record of a test, structlog's and the libraries', kept and searched for personal data."""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

from odr.logs import personal


class Logbook(logging.Handler):
    """`records`: what structlog was told, as it was told; `lines`: every record as one line of text."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def keep(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        """The last processor of structlog."""
        self.records.append(dict(event))
        self.lines.append(" ".join(f"{key}={value}" for key, value in event.items()))
        raise structlog.DropEvent

    def personal(self) -> list[str]:
        """The lines that hold an ID or a mobile number."""
        return [line for line in self.lines if personal(line)]


@contextmanager
def open_logbook() -> Iterator[Logbook]:
    """A logbook that everything is written to, until the block ends."""
    book, root = Logbook(), logging.getLogger()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            book.keep,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=False,
    )
    root.addHandler(book)
    try:
        yield book
    finally:
        root.removeHandler(book)
        structlog.reset_defaults()
