"""Alembic's entry: migrations run on the connection that `odr.db.migrate` hands over."""

from typing import Any, Literal

from alembic import context

from odr.db.base import Moment
from odr.db.tables import METADATA


def _render(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """A migration must not depend on our column types, which may change after it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a column in place
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
