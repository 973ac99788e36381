"""Questions that mark themselves: what was drawn, answered and scored, beside each answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what a marked answer has. The catalogue is emptied, since cards are kept in another form now."""
    op.add_column("review", sa.Column("seed", sa.BigInteger))
    op.add_column("review", sa.Column("response", sa.Text))
    op.add_column("review", sa.Column("score", sa.Float))
    op.create_index("event_by_kind", "event", ["kind", "at"])
    for table in ("item", "card", "deck_file"):
        op.execute(sa.delete(sa.table(table)))
