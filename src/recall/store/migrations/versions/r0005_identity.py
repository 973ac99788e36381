"""Cards that no deck has any more, and the name under which the history of an item is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables. The catalogue is emptied, so that every item is listed again with its name."""
    op.create_table(
        "absent_card",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("awaits", sa.Text, nullable=False),
    )
    op.create_index("absent_by_fingerprint", "absent_card", ["fingerprint"])
    op.drop_table("item")
    op.create_table(
        "item",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("card", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("order_path", sa.String, nullable=False),
        sa.Column("order_ordinal", sa.Integer, nullable=False),
        sa.Column("known_as", sa.String, nullable=False),
    )
    op.create_index("item_by_topic", "item", ["topic", "order_path", "order_ordinal"])
    op.create_index("item_by_card", "item", ["card"])
    op.create_index("item_by_known_as", "item", ["known_as"])
    for table in ("card", "deck_file"):
        op.execute(sa.delete(sa.table(table)))
