"""Runs Python of a learner, and of a deck, in a process that can do little else.

What holds it: its own session, killed as a whole at the end; limits on time, memory, files and printing; an empty
folder that goes away; an audit hook that ends it at the first event that is not known to be harmless (`child`); and on
Linux, as far as the kernel offers it, Landlock, seccomp and namespaces (`kernel`). Without the module `resource`
(Windows) only time and printing are limited; macOS does not enforce the limit of memory. An audit hook alone stops
mistakes and mischief, not an expert: only the kernel does that.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import math
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from recall.core.sanitise import sanitise

SHOWN_OUTPUT = 4096
"""Characters of what was printed that an Outcome keeps."""

MAX_LINE = 200
"""Characters of an error's text and of a check's name."""

_CHILD = Path(__file__).with_name("child.py")
_MAX_REPORT = 1 << 20
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_NEEDED_TO_START = ("LD_LIBRARY_PATH", "SYSTEMROOT")


class Problem(StrEnum):
    """Why a run did not come to its end, or a check could not be answered."""

    SYNTAX = "syntax"
    """The answer is not Python."""
    RAISED = "raised"
    """It raised an exception, or left by `sys.exit`."""
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    """It printed more than the limit."""
    FORBIDDEN = "forbidden"
    """It reached for a file, a process, the network or the interpreter's inside; the error names the audit event."""
    CRASHED = "crashed"
    """The process ended without saying why: `os._exit`, a signal, an exhausted stack."""
    NO_NUMPY = "no-numpy"
    """NumPy is imported and not installed."""
    CHECKS = "checks"
    """The card's checks are not Python."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use."""

    seconds: float = 5.0
    """Of the clock, starting the process included, and of the processor (rounded up)."""
    memory: int = 1 << 30
    """Bytes of address space."""
    output: int = 1 << 16
    """Bytes printed."""
    file_size: int = 1 << 20
    """Bytes of one file in the temporary folder."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer did against a card's checks. All texts are safe to show."""

    passed: int
    total: int
    problem: Problem | None = None
    """What ended the run or, if it came to its end, what its first failing check ran into; None if that was false."""
    first_failure: str = ""
    """The first check that did not hold: its message or its source; "" if all held or none was reached."""
    line: int | None = None
    """The line of the answer, from 1, where the problem arose; None when that is elsewhere or unknown."""
    error: str = ""
    """The exception or audit event in one line."""
    output: str = ""
    """The beginning of what was printed."""

    @property
    def solved(self) -> bool:
        """Whether every check held."""
        return self.problem is None and self.passed == self.total > 0


@dataclass(frozen=True, slots=True)
class Output:
    """What a program printed."""

    stdout: str
    """As printed, undecodable bytes replaced: not yet safe to show."""
    problem: Problem | None = None
    line: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Message:
    """One line of the child's report: `answered`, `passed`, `failed`, `done` or a Problem."""

    kind: str
    line: int | None
    text: str

    @property
    def problem(self) -> Problem | None:
        return Problem(self.kind) if self.kind in set(Problem) else None


@dataclass(frozen=True, slots=True)
class _Run:
    """A process that has ended: what it reported, what it printed, and why it was ended, if it was."""

    messages: tuple[_Message, ...]
    printed: bytes
    stopped: Problem | None


def run_checks(answer: str, checks: str, limits: Limits = Limits()) -> Outcome:
    """Run `answer`, then the statements of `checks` in its namespace; each top-level assert is one check.

    A check that raises counts as failed and the next one runs. Modules that the answer changed are put back before the
    checks. Never raises for what the answer does.
    """
    try:
        names = _check_names(checks)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Outcome(0, 0, Problem.CHECKS, error=_one_line(str(error)))
    run = _run({"answer": answer, "checks": checks, "merge_stderr": True}, limits)
    results = [message for message in run.messages if message.kind not in ("answered", "done")]
    passed = sum(message.kind == "passed" for message in results)
    number, failure = next(((n, m) for n, m in enumerate(results) if m.kind != "passed"), (len(results), None))
    reached = any(message.kind == "answered" for message in run.messages) and number < len(names)
    last = results[-1] if run.stopped and results and results[-1].problem == run.stopped else failure
    return Outcome(
        passed,
        len(names),
        run.stopped or (failure.problem if failure else None),
        _one_line((failure.text if failure and failure.kind == "failed" else "") or names[number]) if reached else "",
        last.line if last else None,
        _one_line(last.text) if last and last.problem else "",
        sanitise(run.printed.decode(errors="replace"))[:SHOWN_OUTPUT],
    )


def run_program(code: str, limits: Limits = Limits()) -> Output:
    """Run a program and return what it printed to stdout. Never raises for what the program does."""
    run = _run({"answer": code, "checks": "", "merge_stderr": False}, limits)
    failure = next((message for message in run.messages if message.problem), None)
    return Output(
        run.printed.decode(errors="replace"),
        run.stopped or (failure.problem if failure else None),
        failure.line if failure else None,
        _one_line(failure.text) if failure else "",
    )


def _check_names(checks: str) -> list[str]:
    """The name of each check: its message if that is a plain text, else the first line of its source."""
    asserts = [statement for statement in ast.parse(checks).body if isinstance(statement, ast.Assert)]
    compile(checks, "<checks>", "exec", dont_inherit=True)
    return [
        check.msg.value
        if isinstance(check.msg, ast.Constant) and isinstance(check.msg.value, str)
        else (ast.get_source_segment(checks, check) or "").partition("\n")[0]
        for check in asserts
    ]


def _run(request: dict[str, object], limits: Limits) -> _Run:
    """Start the child in an empty folder, hand it the request, and see it ended."""
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="recall-", ignore_cleanup_errors=True) as name:
        folder = str(Path(name).resolve())
        request |= {
            "token": token,
            "folder": folder,
            "libraries": _numpy_folder(),
            "seconds": math.ceil(limits.seconds),
            "memory": limits.memory,
            "file_size": limits.file_size,
        }
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
        report, printed, late = _converse(process, json.dumps(request).encode(), limits)
    messages = _messages(report, token)
    if len(printed) > limits.output:
        stopped: Problem | None = Problem.OUTPUT
    elif late or process.returncode == -getattr(signal, "SIGXCPU", 0):
        stopped = Problem.TIMEOUT
    else:
        ended = messages[-1] if messages else _Message("", None, "")
        stopped = None if ended.kind == "done" else ended.problem or Problem.CRASHED
    return _Run(messages, printed[: limits.output], stopped)


def _converse(process: subprocess.Popen[bytes], request: bytes, limits: Limits) -> tuple[bytes, bytes, bool]:
    """The child's report, what it printed, and whether it was too late; nothing of it runs afterwards."""
    assert process.stdin and process.stdout and process.stderr
    over = threading.Event()
    report, printed = bytearray(), bytearray()
    readers = [
        _reader(process.stdout, report, _MAX_REPORT, over.set),
        _reader(process.stderr, printed, limits.output, over.set),
    ]
    try:
        with contextlib.suppress(OSError), process.stdin:
            process.stdin.write(request)
        late = not over.wait(limits.seconds)
    finally:
        _kill(process)
    for reader in readers:
        reader.join(1)
    return bytes(report), bytes(printed), late


def _reader(pipe: IO[bytes], into: bytearray, limit: int, over: Callable[[], None]) -> threading.Thread:
    """Read a pipe in a thread, never more than one byte beyond the limit; `over` is called at its end or there."""

    def read() -> None:
        with pipe:
            while len(into) <= limit and (part := os.read(pipe.fileno(), min(65536, limit + 1 - len(into)))):
                into.extend(part)
        over()

    thread = threading.Thread(target=read, name="sandbox", daemon=True)
    thread.start()
    return thread


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and its whole group; the child has not been waited for, so the group's number is still its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _messages(report: bytes, token: str) -> tuple[_Message, ...]:
    """The lines of a report that carry its token."""
    messages = []
    for line in report.splitlines():
        with contextlib.suppress(ValueError, TypeError):
            sent, kind, number, text = json.loads(line)
            if secrets.compare_digest(sent, token):
                messages.append(_Message(kind, number, text))
    return tuple(messages)


def _numpy_folder() -> list[str]:
    """The folder that NumPy is imported from, if there is one: all that the child gets besides Python's own modules."""
    numpy = importlib.util.find_spec("numpy")
    return [str(Path(numpy.origin).parents[1])] if numpy is not None and numpy.origin else []


def _environment(folder: str) -> dict[str, str]:
    """A small environment: a home, and one thread for linear algebra so that memory is not spent on many."""
    kept = {name: os.environ[name] for name in _NEEDED_TO_START if name in os.environ}
    return {**kept, "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", **dict.fromkeys(_ONE_THREAD, "1")}


def _one_line(text: str) -> str:
    """A text of a stranger as one short line."""
    return " ".join(sanitise(text[: 4 * MAX_LINE]).split())[:MAX_LINE]
