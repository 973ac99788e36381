"""`recall drills`: an instance of a drill as text."""

from tests.cli.program import Program


def test_poor_fonts_get_plain_letters(empty: Program) -> None:
    assert "∈ ℝ" in empty.call("drills", "gradient-shape").out
    empty.configure("bundled_decks = false\nplain_fonts = true\n")
    assert "∈ R" in empty.call("drills", "gradient-shape").out
