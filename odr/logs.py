"""Structured logs: one line an event, `verb object key=value`.

Rule 1: names, numbers, phones, addresses and message texts enter a log only through `mask()`.
Rule 2: ids are UUIDs of rows; whoever may read the rows may look them up.
Rule 3: a trace holds lines of code and no values: among them are sessions, codes and what people wrote.
"""

import logging
import re
import sys

import structlog

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
# Rows hold numbers as +86…: the country code belongs to what is masked.
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:(?:00)?86)?1[3-9]\d{9}(?![0-9A-Za-z])")


def configure(*, json: bool = False, level: int = logging.INFO) -> None:
    """Set up structlog and let the libraries' warnings pass through it."""
    renderer = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def mask(text: str) -> str:
    """The text with the middle of every ID and mobile number starred out."""
    text = _ID_NUMBER.sub(lambda m: m[0][:3] + "*" * 13 + m[0][-2:], text)
    return _MOBILE.sub(lambda m: m[0][:-8] + "****" + m[0][-4:], text)


def personal(text: str) -> str | None:
    """The first ID or mobile number in the text, or None; the tests ask this of every record."""
    found = _ID_NUMBER.search(text) or _MOBILE.search(text)
    return found[0] if found else None


def log(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(module=name)
    return logger
