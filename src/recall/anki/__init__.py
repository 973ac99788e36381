"""Anki's packages: cards with their progress as notes, and notes of any kind as cards.

Knows nothing of deck files and the database; `recall.exchange` brings them together.
Packages are written with sqlite3 and zipfile in the form that every Anki reads (schema 11). genanki would write the
notes, but neither progress nor presets, and leaves out silently what it takes for empty.
"""
