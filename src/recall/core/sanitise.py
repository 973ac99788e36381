"""Makes text of strangers safe to show: nothing in it can command the terminal or deceive the reader."""

import re

TAB_SIZE = 4
"""Columns between tab stops; tabs become spaces."""

_EMOJI = "\U0001f000-\U0001faff\u2190-\u2bff"
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    f"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
)
_OUR_MARKS = re.compile("[\ue000-\ue00f]")
_MARKS_BUT_HIGHLIGHT = re.compile("[\ue002-\ue00f]")
_PERHAPS_UNSAFE = re.compile(
    "[^\n\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u03ff\u3000-\u312f\u4e00-\u9fff\uff01-\uff60]"
)


def sanitise(text: str, *, keep_highlight: bool = False) -> str:
    """Return `text` without anything that could steer the terminal or reorder what is read.

    Line ends become "\\n" and tabs spaces. Control and escape characters become their visible
    pictures (ESC is "␛"), lone surrogates and non-characters "\N{REPLACEMENT CHARACTER}". Bidirectional
    controls, invisible characters and the private marks of this program (U+E000 to U+E00F) are
    removed; `keep_highlight` leaves the two that `recall.core.cloze` puts round an answer. Never raises.
    """
    if not _PERHAPS_UNSAFE.search(text):
        return text
    text = _NEWLINE.sub("\n", text).expandtabs(TAB_SIZE)
    text = _CONTROL.sub(_picture, text)
    text = _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)
    text = _INVISIBLE.sub("", text)
    return (_MARKS_BUT_HIGHLIGHT if keep_highlight else _OUR_MARKS).sub("", text)


def _picture(match: re.Match[str]) -> str:
    """Return the visible sign of a control character."""
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
