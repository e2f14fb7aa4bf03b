"""Alembic's entry: migrations run on the connection that `odr.db.migrate` hands over."""

from alembic import context

from odr.db.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a column in place
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
