"""Anki's counterpart of `recall due`: open a collection, print what is due in each deck."""

from __future__ import annotations

import sys

from anki.collection import Collection

collection = Collection(sys.argv[1])
tree = collection.sched.deck_due_tree()
for parent in tree.children:
    for deck in parent.children:
        print(deck.name, deck.new_count, deck.learn_count, deck.review_count)
collection.close()
