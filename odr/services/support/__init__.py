"""Help with devices: the desk of technical support, the person it helps, test calls, lines of a sitting."""

from odr.services.support.desk import DeskService
from odr.services.support.help import HelpService
from odr.services.support.line_tests import LineTestService
from odr.services.support.lines import LineService

__all__ = ["DeskService", "HelpService", "LineService", "LineTestService"]
