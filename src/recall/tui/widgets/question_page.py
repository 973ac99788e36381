"""A question, the place for its answer, and under it what is right."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Rule, Static

from recall.core.faces import Face
from recall.core.model import Kind, Language
from recall.study.answering import Marked, verdict_line
from recall.study.asked import Asked
from recall.tui.answers import AnswerBox, box_for
from recall.tui.widgets.card_text import CardText

_FENCE = re.compile(r"^`{3,}\w*\n|\n`{3,}$")


class QuestionPage(VerticalScroll):
    """Shows one question after the other; what is visible follows from whether its answer is shown."""

    DEFAULT_CSS = """
    QuestionPage {
        scrollbar-gutter: stable; scrollbar-size-vertical: 1; padding: 1 2; align-horizontal: center;
        & > Vertical { width: 100%; max-width: 92; height: auto; }
        & .answer { height: auto; }
        & > Vertical > CardText { height: auto; background: transparent; }
        & .verdict { height: auto; margin-top: 1; }
        & > Vertical > Rule { color: $foreground 25%; margin: 1 0; }
        & .explanation, & .more { color: $foreground 85%; margin-top: 1; }
        & .more-hint { color: $text-muted; margin-top: 1; height: auto; }
        & .note { color: $text-warning; margin-top: 1; height: auto; }
        & .end { height: auto; padding: 1 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.question: Asked | None = None
        self.face = Face("", "")
        self.box: AnswerBox | None = None
        """Where the answer is given, if a program marks it."""
        self.marked: Marked | None = None
        self.is_shown = False
        """Whether what is right is on the screen."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield CardText(classes="front")
            yield Static(classes="verdict")
            yield Vertical(classes="answer")
            yield Rule(line_style="solid")
            yield CardText(classes="back")
            yield CardText(classes="explanation")
            yield Static(classes="more-hint")
            yield CardText(classes="more")
            yield Static(classes="note")
            yield Static(classes="end")

    async def ask(self, question: Asked, language: Language, *, is_shown: bool = False) -> None:
        """Ask a question, with its answer if that `is_shown`; one that a program marks is to be answered first."""
        self.question, self.marked = question, None
        place = self.query_one(".answer")
        with self.app.batch_update():  # or the old answer would stand below the new question for a moment
            await place.remove_children()
            self.box = box_for(question.exercise, language, question.written_out)
            self.is_shown = is_shown and self.box is None
            if self.box is not None:
                await place.mount(self.box)
            await self._say(question, language)
        self.take_focus()

    async def translate(self, language: Language) -> None:
        """Show the question in another language; what was answered stays."""
        if self.box is not None:
            await self.box.translate(language)
        if self.question is not None:
            await self._say(self.question, language)

    def reveal(self, marked: Marked | None = None) -> None:
        """Show what is right, and how the answer was marked."""
        self.is_shown, self.marked = True, marked
        self.screen.set_focus(self)  # until then the box has the keys
        if marked is not None:
            sign, style = ("✓ ", "$text-success") if marked.is_right else ("✗ ", "$text-error")
            verdict = Content.styled(sign + verdict_line(marked), f"bold {style}")
            self.query_one(".verdict", Static).update(verdict)
        self._lay_out()
        self.call_after_refresh(self._scroll_to_answer)

    def end(self, text: Content) -> None:
        """Show this text, and no question any more."""
        self.question = self.box = self.marked = None
        self.is_shown = False
        for part in self.query_one(Vertical).children:
            part.display = part.has_class("end")
        self.query_one(".end", Static).update(text)

    def tell(self, note: str) -> None:
        """Say under the question what should be known of it; nothing when empty."""
        line = self.query_one(".note", Static)
        line.display = bool(note)
        line.update(Content(note))

    def offer_more(self, hint: Content) -> None:
        """Say how the further remark is unfolded, where the answer that is shown has one."""
        line = self.query_one(".more-hint", Static)
        line.display = self.is_shown and bool(self.face.more)
        line.update(hint)

    def turn_more(self) -> None:
        """Unfold the further remark, or fold it again."""
        if self.is_shown and self.face.more:
            more = self.query_one(".more")
            more.display = not more.display
            self.query_one(".more-hint").display = not more.display
            self.call_after_refresh(more.scroll_visible, animate=False)

    def take_focus(self) -> None:
        """Put the keyboard where the answer is given."""
        if self.box is not None and not self.is_shown:
            self.box.take_focus()
        else:
            self.screen.set_focus(self)

    async def _say(self, question: Asked, language: Language) -> None:
        self.face = question.face(language)
        for name in ("front", "back", "explanation", "more"):
            await self.query_one(f".{name}", CardText).set_text(getattr(self.face, name))
        self._lay_out()
        self.scroll_home(animate=False)

    def _lay_out(self) -> None:
        face, shown = self.face, self.is_shown
        is_cloze = self.question is not None and self.question.exercise.kind is Kind.CLOZE
        box_says_it = self.box is not None and self.box.shows_answer
        explanation_says_it = self.box is not None and _says_first(face.explanation, face.back)
        visible = {
            ".front": not (shown and is_cloze),
            ".verdict": shown and self.marked is not None,
            ".answer": self.box is not None,
            "Rule": shown and not is_cloze and not box_says_it,
            ".back": shown and not box_says_it and not explanation_says_it,
            ".explanation": shown and bool(face.explanation),
            ".more-hint": False,
            ".more": False,
            ".note": False,
            ".end": False,
        }
        for name, is_visible in visible.items():
            self.query_one(name).display = is_visible

    def _scroll_to_answer(self) -> None:
        """Bring into sight what was off the screen below, as far as the beginning of the answer stays."""
        first = self.query_one(".verdict" if self.marked else "Rule")
        self.scroll_to(y=min(max(first.virtual_region.y - 2, 0), self.max_scroll_y), animate=False)


def _says_first(explanation: str, answer: str) -> bool:
    """Whether an explanation begins with the answer, which then need not stand above it."""
    plain, wanted = explanation.lstrip("`$ "), _FENCE.sub("", answer).strip("`$ ")
    return bool(wanted) and plain.startswith(wanted) and not re.match(r"[\w.]", plain[len(wanted) :])
