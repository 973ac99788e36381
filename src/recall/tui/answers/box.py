"""What every way of answering has in common."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import Vertical
from textual.message import Message

from recall.core.bodies import Language
from recall.core.exercise import Exercise
from recall.study.answering import Marked


class AnswerBox(Vertical):
    """Takes one answer, and shows what it came to."""

    DEFAULT_CSS = """
    AnswerBox { height: auto; margin-top: 1; }
    """

    shows_answer = False
    """Whether the box itself shows the right answer after marking, so that the back of the card need not."""

    class Submitted(Message):
        """The learner has answered. An empty response says that they don't know; a program comes marked already."""

        def __init__(self, response: str, marked: Marked | None = None) -> None:
            super().__init__()
            self.response, self.marked = response, marked

    class HintChanged(Message):
        """There is something else to do now than before."""

    def __init__(self, exercise: Exercise, language: Language, written_out: Callable[[str], str]) -> None:
        super().__init__()
        self.exercise, self.language, self._written_out = exercise, language, written_out
        self.is_open = True
        """Until the answer is given."""

    @property
    def hint(self) -> str:
        """What to do now, in a few words."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Put the keyboard where the answer is given, at once: the next key may be on its way."""
        self.screen.set_focus(self)

    def submit(self, response: str) -> None:
        if self.is_open:
            self.post_message(self.Submitted(response))

    def give_up(self) -> None:
        """The learner wants to see the answer."""
        self.submit("")

    async def show_mark(self, marked: Marked) -> None:
        """The answer was marked: nothing can be changed any more."""
        self.is_open = False

    async def translate(self, language: Language) -> None:
        """Show the texts in another language; what was answered stays."""
        self.language = language

    def say(self, text: str) -> str:
        """A text of the card, ready to be shown."""
        return self._written_out(text)
