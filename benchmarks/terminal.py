"""The screens on a pseudo-terminal: when the first frame is there, and when the home screen has its figures."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from time import perf_counter

SIZE = (40, 120)
PATIENCE = 60.0
"""Seconds after which a start counts as failed."""

FIRST_FRAME = re.compile(rb"recall.*quit", re.DOTALL)
"""The title on the first line, and the keys on the last."""
FIGURES = re.compile(rb"starts the review.*answers today", re.DOTALL)
QUIT = b"\x11"
BETWEEN_KEYS = 0.15
"""Seconds between what a key showed and the next key: eighty words a minute."""


def time_marks(command: Sequence[str], env: Mapping[str, str], marks: Sequence[re.Pattern[bytes]]) -> list[float]:
    """Seconds from starting the command until the terminal has shown each mark in turn; then it is told to quit."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    start = perf_counter()
    process = subprocess.Popen(command, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        times = _wait_for(marks, ours, start)
        os.write(ours, QUIT)
        _drain(ours, process)
        return times
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def time_keys(
    command: Sequence[str], env: Mapping[str, str], ready: re.Pattern[bytes], keys: Sequence[tuple[bytes, bytes | None]]
) -> list[float]:
    """Seconds from each key until the terminal has shown the text that answers it; keys without one only count on.

    The program is started, `ready` is waited for, and between two keys there is the time that a person takes.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    process = subprocess.Popen(command, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        _wait_for([ready], ours, perf_counter())
        times = [_time_key(ours, key, answer) for key, answer in keys]
        os.write(ours, QUIT)
        _drain(ours, process)
        return [seconds for seconds in times if seconds is not None]
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _time_key(terminal: int, key: bytes, answer: bytes | None) -> float | None:
    until = perf_counter() + BETWEEN_KEYS
    while (left := until - perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 65536)
    start = perf_counter()
    os.write(terminal, key)
    if answer is None:
        return None
    return _wait_for([re.compile(re.escape(answer))], terminal, start)[0]


def _wait_for(marks: Sequence[re.Pattern[bytes]], terminal: int, start: float) -> list[float]:
    shown, place, times = b"", 0, list[float]()
    while len(times) < len(marks):
        shown += _read(terminal, start)
        while len(times) < len(marks) and (found := marks[len(times)].search(shown, place)):
            place = found.end()
            times.append(perf_counter() - start)
    return times


def _read(terminal: int, start: float) -> bytes:
    left = start + PATIENCE - perf_counter()
    if left <= 0 or not select.select([terminal], [], [], left)[0]:
        raise TimeoutError("the screen did not show what was waited for")
    return os.read(terminal, 65536)


def _drain(terminal: int, process: subprocess.Popen[bytes]) -> None:
    """Read what the program still writes, so that it can end."""
    until = perf_counter() + PATIENCE
    while process.poll() is None and perf_counter() < until:
        if select.select([terminal], [], [], 0.01)[0]:
            try:
                os.read(terminal, 65536)
            except OSError:  # the other end has closed
                return
