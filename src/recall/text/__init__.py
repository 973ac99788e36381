"""The texts of cards made ready to be shown and searched."""
