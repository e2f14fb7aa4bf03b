"""All tables: importing this module registers every row class with the metadata."""

from odr.db import uow
from odr.db.base import Base

METADATA = Base.metadata
__all__ = ["METADATA", "uow"]
