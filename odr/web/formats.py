"""How amounts, times and numbers are written for people, in one language.

Rule 1: times are shown in the court's time zone, whatever the server's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

COURT_ZONE: Final = ZoneInfo("Asia/Shanghai")
_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, slots=True)
class Formats:
    """`gettext` speaks the language `lang`."""

    lang: str
    gettext: Callable[[str], str]

    def money(self, amount_fen: int) -> str:
        """¥50,000.00"""
        sign = "-" if amount_fen < 0 else ""
        return f"{sign}¥{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02}"

    def yuan(self, amount_fen: int) -> str:
        """50,000.00 元"""
        return self.gettext("%(amount)s yuan") % {"amount": self.money(amount_fen).replace("¥", "")}

    def day(self, moment: date | datetime) -> str:
        """2026年3月5日（周四）, 5 March 2026 (Thu)"""
        local = moment.astimezone(COURT_ZONE) if isinstance(moment, datetime) else moment
        if self.lang == "zh_CN":
            return f"{local.year}年{local.month}月{local.day}日（{_WEEKDAYS[local.weekday()]}）"
        return f"{local.day} {local:%B %Y} ({local:%a})"

    def clock(self, moment: datetime) -> str:
        """14:30"""
        return f"{moment.astimezone(COURT_ZONE):%H:%M}"

    def moment(self, moment: datetime) -> str:
        """2026年3月5日 14:30, 5 March 2026, 14:30"""
        local = moment.astimezone(COURT_ZONE)
        if self.lang == "zh_CN":
            return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {local:%B %Y}, {local:%H:%M}"

    def left(self, due: date | datetime, now: datetime) -> str:
        """还剩 3 天, 今天到期, 已超期 2 天: by calendar days in the court's zone."""
        days = days_left(due, now)
        if days == 0:
            return self.gettext("Due today")
        if days == 1:
            return self.gettext("Due tomorrow")
        if days > 1:
            return self.gettext("%(days)s days left") % {"days": days}
        return self.gettext("Overdue by %(days)s days") % {"days": -days}


def iso_day(moment: datetime) -> str:
    """2026-03-05, the day in the court's time zone, as a date field wants it."""
    return moment.astimezone(COURT_ZONE).date().isoformat()


def days_left(due: date | datetime, now: datetime) -> int:
    """Calendar days from today to the due day; negative once it is past."""
    last = due.astimezone(COURT_ZONE).date() if isinstance(due, datetime) else due
    return (last - now.astimezone(COURT_ZONE).date()).days


def urgency(due: date | datetime, now: datetime) -> str:
    """late, soon (two days or less) or calm: the colour of a deadline."""
    days = days_left(due, now)
    return "late" if days < 0 else "soon" if days <= 2 else "calm"


def size(count_bytes: int) -> str:
    """85 KB, 1.2 MB"""
    if count_bytes < 1_000_000:
        return f"{max(count_bytes // 1000, 1)} KB"
    return f"{count_bytes / 1_000_000:.1f} MB"


def masked_phone(number: str) -> str:
    """138****5678"""
    digits = number.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else "****"


def masked_id(number: str) -> str:
    """1101**********1234"""
    return f"{number[:4]}{'*' * max(len(number) - 8, 4)}{number[-4:]}" if len(number) >= 9 else "****"


def masked_name(name: str) -> str:
    """王**: the family name and nothing more."""
    return f"{name[:1]}{'*' * max(len(name) - 1, 1)}" if name else ""
