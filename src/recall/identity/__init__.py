"""Which card is which: histories follow cards through edits and moves."""
