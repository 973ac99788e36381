"""The one exception this package raises."""


class TexError(ValueError):
    """A source that is not valid TeX math, or is too large to lay out.

    `message` is one line that says what is wrong and what was expected; `position` is the 0-based offset of
    the offending character in the source (for text that came from a macro: of the macro's call).
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position

    def __str__(self) -> str:
        return f"{self.message} (at character {self.position + 1})"
