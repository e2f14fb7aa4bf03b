"""Days as people give them, and months added to a day."""

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def parse_day(text: str) -> date | None:
    """The day in "2026-01-30", "2026年1月30日", "2026/1/30"; None if it is none."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def months_after(day: date, months: int) -> date:
    """The day of the same number `months` later, or the last day of that month (MSF 85, CC 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
