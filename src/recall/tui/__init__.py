"""The terminal interface, made with Textual."""
