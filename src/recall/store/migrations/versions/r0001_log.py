"""The log: answers and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from recall.store.append_only import protect_log

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the append-only tables."""
    op.create_table(
        "meta",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("item", sa.String, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Integer),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("due", sa.String(24), nullable=False),
        sa.Column("device", sa.String(36), nullable=False),
    )
    op.create_index("review_by_item", "review", ["item"])
    op.create_index("review_by_day", "review", ["day"])
    op.create_table(
        "event",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("item", sa.String),
        sa.Column("target", sa.String(36)),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("device", sa.String(36), nullable=False),
    )
    op.create_index("event_by_item", "event", ["item"])
    op.create_index("event_by_target", "event", ["target"])
    protect_log(op.get_bind())
