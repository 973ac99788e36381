"""A renderer of formulas whose output is plain to see, in the place of the real one."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

NBSP = "\N{NO-BREAK SPACE}"


class FakeTexError(ValueError):
    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message, self.position = message, position


def fake_render(tex: str, *, display: bool, width: int | None, plain_fonts: bool = False) -> SimpleNamespace:
    """The source with times signs; a display has a row for every `=` if it is wider than `width`."""
    if "\\bad" in tex:
        raise FakeTexError("unknown command \\bad", tex.index("\\bad"))
    if "\\crash" in tex:
        raise ZeroDivisionError("a defect")
    text = tex.replace("\\times", "×").replace("\\|", "‖")
    if not display:
        return SimpleNamespace(lines=(text.replace(" ", NBSP),), bold=())
    narrow = width is not None and len(text) > width
    return SimpleNamespace(lines=tuple(text.replace(" = ", "\n= ").split("\n") if narrow else [text]), bold=())


@pytest.fixture
def fake_tex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the fake renderer in the place of `recall.tex`."""
    module = ModuleType("recall.tex")
    module.render = fake_render  # type: ignore[attr-defined]
    module.TexError = FakeTexError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "recall.tex", module)
