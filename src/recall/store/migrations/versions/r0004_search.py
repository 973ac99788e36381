"""What is searched of each card, and since when there is one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables. The catalogue is emptied, so that every card is read again and gets its text."""
    op.create_table(
        "card_text",
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "card_since",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", sa.String(24), nullable=False),
    )
    for table in ("item", "card", "deck_file"):
        op.execute(sa.delete(sa.table(table)))
