"""The same sitting with Anki's engine."""

from __future__ import annotations

import sys

from anki.collection import Collection
from anki.scheduler.v3 import Scheduler

from benchmarks.children.peak_memory import peak_memory

path, answers = sys.argv[1:]
collection = Collection(path)
scheduler = collection.sched
assert isinstance(scheduler, Scheduler)
for _ in range(int(answers)):
    card = scheduler.getCard()
    assert card is not None
    scheduler.answerCard(card, 3)
collection.close()
print(peak_memory())
