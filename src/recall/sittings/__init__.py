"""A quiz or a mock interview: its questions, what was answered, and the result."""
