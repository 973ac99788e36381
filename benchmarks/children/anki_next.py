"""Anki's counterpart of `recall next --json`: open a collection, print the next card, its answer and its intervals."""

from __future__ import annotations

import json
import sys

from anki.collection import Collection
from anki.scheduler.v3 import Scheduler

collection = Collection(sys.argv[1])
scheduler = collection.sched
assert isinstance(scheduler, Scheduler)
queued = scheduler.get_queued_cards()
card = scheduler.getCard()
assert card is not None
print(
    json.dumps(
        {
            "id": card.id,
            "front": card.question(),
            "back": card.answer(),
            "preview": list(scheduler.describe_next_states(queued.cards[0].states)),
            "counts": [queued.new_count, queued.learning_count, queued.review_count],
        },
        ensure_ascii=False,
    )
)
collection.close()
