"""The learner writes cards: new ones, changes, versions of bundled ones, many at once."""
