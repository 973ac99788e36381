"""Today: what is to be reviewed, one question after the other, and how it went."""
