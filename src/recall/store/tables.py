"""The tables. Times are ISO 8601 text in UTC with milliseconds, study days ISO dates: both sort as text."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

HEAD = "0005"
"""The alembic revision these tables stand for."""

metadata = MetaData()

version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

review = Table(
    "review",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("item", String, nullable=False),
    Column("at", String(24), nullable=False),
    Column("day", String(10), nullable=False),
    Column("rating", Integer, nullable=False),
    Column("milliseconds", Integer),
    Column("source", String(16), nullable=False),
    Column("due", String(24), nullable=False),
    Column("device", String(36), nullable=False),
    Column("seed", BigInteger),
    Column("response", Text),
    Column("score", Float),
    Index("review_by_item", "item"),
    Index("review_by_day", "day"),
)

event = Table(
    "event",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", String(24), nullable=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("item", String),
    Column("target", String(36)),
    Column("payload", Text, nullable=False),
    Column("device", String(36), nullable=False),
    Index("event_by_item", "item"),
    Index("event_by_target", "target"),
    Index("event_by_kind", "kind", "at"),
)

LOG = (review, event)
"""Only ever added to; triggers refuse anything else."""

deck_file = Table(
    "deck_file",
    metadata,
    Column("path", String, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("problems", Text, nullable=False),
)

card = Table(
    "card",
    metadata,
    Column("path", String, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("line", Integer, nullable=False),
    Column("fields", Text, nullable=False),
    Index("card_by_id", "id"),
)

card_text = Table(
    "card_text",
    metadata,
    Column("path", String, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("tags", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("level", Integer),
    Column("text", Text, nullable=False),
)
"""What is searched of each card, folded; tags and sources are separated by line ends."""

card_since = Table(
    "card_since",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", String(24), nullable=False),
)
"""When the file was last written in which a card was first seen. Never forgotten, so a card that comes back is old."""

item = Table(
    "item",
    metadata,
    Column("id", String, primary_key=True),
    Column("card", String, nullable=False),
    Column("path", String, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("order_path", String, nullable=False),
    Column("order_ordinal", Integer, nullable=False),
    Column("known_as", String, nullable=False),
    Index("item_by_topic", "topic", "order_path", "order_ordinal"),
    Index("item_by_card", "card"),
    Index("item_by_known_as", "known_as"),
)
"""Under `known_as` its state is kept: its id, unless a link says otherwise."""

absent_card = Table(
    "absent_card",
    metadata,
    Column("id", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("path", String, nullable=False),
    Column("line", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("fields", Text, nullable=False),
    Column("awaits", Text, nullable=False),
    Index("absent_by_fingerprint", "fingerprint"),
)
"""Cards that no deck has any more."""

item_state = Table(
    "item_state",
    metadata,
    Column("item", String, primary_key=True),
    Column("phase", String(10), nullable=False),
    Column("step", Integer, nullable=False),
    Column("stability", Float),
    Column("difficulty", Float),
    Column("due_day", String(10)),
    Column("due_at", String(24)),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Column("reps", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("buried_on", String(10)),
    Column("flagged", Boolean, nullable=False),
    Column("changed_at", String(24)),
    Index("state_by_due_day", "due_day"),
    Index("state_by_due_at", "due_at"),
    Index("state_by_last_day", "last_day"),
)
