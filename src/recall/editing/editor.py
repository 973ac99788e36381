"""The learner's editor, opened at a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from recall.core.sanitise import sanitise
from recall.errors import ConfigError
from recall.i18n import _

_PLUS_LINE = frozenset(
    [
        "sensible-editor",
        "vi",
        "vim",
        "nvim",
        "view",
        "nano",
        "pico",
        "emacs",
        "emacsclient",
        "micro",
        "kak",
        "joe",
        "mg",
        "ne",
        "jed",
    ]
)
_COLON_LINE = frozenset(["hx", "helix", "zed", "subl"])
_GOTO = frozenset(["code", "codium", "cursor", "code-insiders"])
_FALLBACKS = ("sensible-editor", "nano", "vim", "vi", "notepad")


def open_editor(setting: str, path: Path, line: int) -> None:
    """Run the editor and wait for it. Raises ConfigError when there is none or it fails to start."""
    command = editor_command(setting)
    try:
        subprocess.run([*command, *_at(command[0], path, line)], check=False)
    except OSError as error:
        message = _("editor {editor} can't be started ({reason}); name another with `recall config editor COMMAND`")
        raise ConfigError(message.format(editor=command[0], reason=error.strerror)) from None


def ask_again(problem: str) -> bool:
    """Tell what is wrong with an edited file: enter opens the editor again, q leaves it. Without a terminal: leave."""
    sys.stderr.write(f"{sanitise(problem)}\n")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(_("enter: back to the editor    q and enter: leave it as it is") + "\n")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() != "q"


def editor_command(setting: str) -> list[str]:
    """The setting `editor`, $VISUAL, $EDITOR, or the first editor found. Raises ConfigError."""
    named = setting or os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named and named.strip():
        try:
            return shlex.split(named)
        except ValueError as error:
            message = _("editor {editor!r} is not a command ({reason})")
            raise ConfigError(message.format(editor=named, reason=error)) from None
    found = next((name for name in _FALLBACKS if shutil.which(name)), None)
    if found is None:
        raise ConfigError(_("no editor found; name one with `recall config editor COMMAND` or $EDITOR"))
    return [found]


def _at(program: str, path: Path, line: int) -> list[str]:
    """The arguments that open a file at a line, for editors known to have some."""
    name = Path(program).stem
    if name in _PLUS_LINE:
        return [f"+{line}", str(path)]
    if name in _COLON_LINE:
        return [f"{path}:{line}"]
    if name in _GOTO:
        return ["--wait", "--goto", f"{path}:{line}"]
    return [str(path)]
