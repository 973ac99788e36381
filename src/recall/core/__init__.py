"""The rules of recall as pure functions: no files, no clock, no screen. `now` and randomness are passed in."""
