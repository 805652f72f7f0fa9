"""Run the steps on the connection that the store gives, within its transaction."""

from __future__ import annotations

from alembic import context

from policy_engine.records.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
