"""The minutes of a sitting: as they are written and checked, and as the paper that is signed."""

from odr.services.minutes.papers import MinutesPaperService
from odr.services.minutes.service import MinutesService

__all__ = ["MinutesPaperService", "MinutesService"]
