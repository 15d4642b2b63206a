"""The history of the database's shape, one step a file, kept by Alembic."""
