"""How Alembic reaches the database: over the connection that `workflows.migrate` opened."""

from alembic import context

import workflows.tables
from workflows.database import Base

__all__ = ["workflows"]  # importing it registers every table


def run() -> None:
    """Run what was asked for on the caller's connection, inside the caller's transaction."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="workflows.database.",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
