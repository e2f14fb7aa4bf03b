"""Evidence in the room (质证): shown in step, marked, judged by each side, added to on the spot."""

from odr.services.exhibits.exhibits import ExhibitService
from odr.services.exhibits.intake import Brought

__all__ = ["Brought", "ExhibitService"]
