"""Deck files: YAML to cards, with every problem found at its line and column. The only importer of yaml."""
