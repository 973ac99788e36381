"""alembic's migrations of the database."""
