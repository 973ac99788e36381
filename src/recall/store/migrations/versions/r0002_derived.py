"""Everything derived: the catalogue of the decks, and the state of each item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the derived tables empty; they are filled from the deck files and the log."""
    op.create_table(
        "deck_file",
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
    )
    op.create_table(
        "card",
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
    )
    op.create_index("card_by_id", "card", ["id"])
    op.create_table(
        "item",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("card", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("order_path", sa.String, nullable=False),
        sa.Column("order_ordinal", sa.Integer, nullable=False),
    )
    op.create_index("item_by_topic", "item", ["topic", "order_path", "order_ordinal"])
    op.create_index("item_by_card", "item", ["card"])
    op.create_table(
        "item_state",
        sa.Column("item", sa.String, primary_key=True),
        sa.Column("phase", sa.String(10), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("stability", sa.Float),
        sa.Column("difficulty", sa.Float),
        sa.Column("due_day", sa.String(10)),
        sa.Column("due_at", sa.String(24)),
        sa.Column("first_day", sa.String(10)),
        sa.Column("last_day", sa.String(10)),
        sa.Column("reps", sa.Integer, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
        sa.Column("suspended", sa.Boolean, nullable=False),
        sa.Column("buried_on", sa.String(10)),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("changed_at", sa.String(24)),
    )
    op.create_index("state_by_due_day", "item_state", ["due_day"])
    op.create_index("state_by_due_at", "item_state", ["due_at"])
    op.create_index("state_by_last_day", "item_state", ["last_day"])
