"""A learner's Python, run where it can do no harm."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recall import sandbox
from recall.sandbox import Limits, Outcome, Problem, run_checks, run_program

LINUX = sys.platform == "linux"
SHORT = Limits(seconds=1.5)
SQUARE = "def square(x):\n    return x * x\n"
CHECKS = """
import math
assert square(3) == 9, "three squared"
values = [square(n) for n in range(3)]
assert values == [0, 1, 4]
assert math.isclose(square(0.5), 0.25), f"a half squared, got {square(0.5)}"
"""


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test: no temporary folder, no thread and no process of the sandbox."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.glob("recall-*")) == []
    assert "sandbox" not in [thread.name for thread in threading.enumerate()]
    if LINUX:
        assert not [found for found in Path("/proc").glob("[0-9]*/cwd") if str(tmp_path) in read_link(found)]


def read_link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def attempt(answer: str, limits: Limits = SHORT) -> Outcome:
    """Run an answer that should not get away with it: it never passes, and is stopped in time with one line."""
    began = time.monotonic()
    outcome = run_checks(answer, 'assert done == "yes", "not done"', limits)
    assert time.monotonic() - began < limits.seconds + 2
    assert outcome.problem is not None
    assert not outcome.solved
    assert "\n" not in outcome.error
    return outcome


class TestAnswers:
    def test_a_right_answer_passes_every_check(self) -> None:
        assert run_checks(SQUARE, CHECKS) == Outcome(3, 3)

    def test_a_false_assert_is_counted_and_named_by_its_message(self) -> None:
        outcome = run_checks("def square(x):\n    return abs(x * 3)\n", CHECKS)
        assert outcome == Outcome(1, 3, None, "assert values == [0, 1, 4]")

    def test_a_message_is_worked_out_when_its_check_fails(self) -> None:
        outcome = run_checks("def square(x):\n    return int(x * x)\n", CHECKS)
        assert (outcome.passed, outcome.first_failure) == (2, "a half squared, got 0")

    def test_numpy_is_there(self) -> None:
        answer = "import numpy as np\ndef f(n):\n    return np.linalg.inv(np.eye(n) * 2)\n"
        checks = "import numpy as np\nnp.testing.assert_allclose(f(3), np.eye(3) / 2)\nassert np.trace(f(2)) == 1"
        assert run_checks(answer, checks) == Outcome(1, 1)

    def test_a_missing_numpy_is_its_own_problem(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sandbox, "_numpy_folder", list)
        outcome = run_checks("x = 1\nimport numpy as np", "assert True")
        assert (outcome.problem, outcome.line) == (Problem.NO_NUMPY, 2)
        assert run_checks("x = 1", "import numpy as np\nassert True").problem == Problem.NO_NUMPY

    def test_a_syntax_error_has_its_line(self) -> None:
        outcome = run_checks("x = 1\ny = (2\nz = ]\n", "assert x")
        assert (outcome.problem, outcome.line, outcome.total) == (Problem.SYNTAX, 3, 1)
        assert "']'" in outcome.error

    def test_an_exception_has_the_line_of_the_answer_and_its_text(self) -> None:
        outcome = run_checks("def square(x):\n    if x:\n        return 1 / 0\n    return 0\n", CHECKS)
        assert (outcome.problem, outcome.line) == (Problem.RAISED, 3)
        assert outcome.error == "ZeroDivisionError: division by zero"
        assert outcome.first_failure == "three squared"

    def test_checks_go_on_after_one_that_raises(self) -> None:
        outcome = run_checks("def f(x):\n    return 1 / x\n", "assert f(0) == 0\nassert f(1) == 1")
        assert outcome == Outcome(1, 2, Problem.RAISED, "assert f(0) == 0", 2, "ZeroDivisionError: division by zero")

    def test_what_is_printed_is_kept_without_commands_for_the_terminal(self) -> None:
        outcome = run_checks("import sys\nprint('\\x1b[2Jhello'); print('there', file=sys.stderr)", "assert True")
        assert outcome == Outcome(1, 1, output="␛[2Jhello\nthere\n")

    def test_an_exception_is_one_line_safe_to_show(self) -> None:
        outcome = run_checks("raise ValueError('a\\n\\x1b[31mb' + 'c' * 9999)", "assert True")
        assert outcome.error.startswith("ValueError: a ␛[31mbccc")
        assert len(outcome.error) == sandbox.MAX_LINE

    def test_broken_checks_are_not_the_learners_fault(self) -> None:
        for checks in ("assert (", "return 3", "assert x\0", "(" * 5000):
            assert run_checks("x = 1", checks).problem == Problem.CHECKS

    def test_a_small_file_can_be_written_and_read(self) -> None:
        answer = "with open('a.txt', 'w') as file:\n    file.write('abc')\ntext = open('a.txt').read()"
        assert run_checks(answer, "assert text == 'abc'").solved

    def test_no_check_is_no_success(self) -> None:
        assert not run_checks("x = 1", "").solved


class TestPrograms:
    def test_a_program_gives_what_it_prints_to_stdout(self) -> None:
        output = run_program("import sys\nprint('你好')\nprint('no', file=sys.stderr)\nprint(2 ** 10, end='')")
        assert (output.stdout, output.problem) == ("你好\n1024", None)

    def test_a_program_that_raises_says_where(self) -> None:
        output = run_program("print(1)\n[][0]")
        assert (output.stdout, output.problem, output.line) == ("1\n", Problem.RAISED, 2)
        assert output.error == "IndexError: list index out of range"


class TestLimits:
    @pytest.mark.parametrize(
        "answer",
        [
            "while True: pass",
            "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
            "import time\ntime.sleep(60)",
            "x = 10 ** 10 ** 10",
            "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
            "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
        ],
    )
    def test_what_does_not_end_is_ended(self, answer: str) -> None:
        assert attempt(answer).problem == Problem.TIMEOUT

    def test_a_check_that_does_not_end_is_named(self) -> None:
        outcome = run_checks("def f(n):\n    while n: pass\n", "assert not f(0)\nassert f(1), 'one'", SHORT)
        assert outcome == Outcome(1, 2, Problem.TIMEOUT, "one")

    @pytest.mark.parametrize(
        "answer",
        [
            "x = [0] * (10 * 2 ** 30)",
            "x = []\nwhile True: x.append(bytearray(10 ** 7))",
            "import numpy as np\nx = np.ones(10 ** 10)",
        ],
    )
    @pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not enforce RLIMIT_AS")
    def test_memory_is_limited(self, answer: str) -> None:
        outcome = attempt(answer, Limits(seconds=20))  # to fill memory takes a slow machine seconds
        assert outcome.problem == Problem.MEMORY
        assert outcome.line == answer.count("\n") + 1

    @pytest.mark.parametrize("answer", ["print('x' * 100_000_000)", "while True: print('x' * 1000)"])
    def test_printing_is_limited(self, answer: str) -> None:
        outcome = attempt(answer)
        assert outcome.problem == Problem.OUTPUT
        assert outcome.output == "x" * 1000 + outcome.output[1000:]
        assert len(outcome.output) == sandbox.SHOWN_OUTPUT

    def test_infinite_recursion_is_an_exception(self) -> None:
        outcome = attempt("def f(x):\n    return f(x)\nf(1)")
        assert outcome.error.startswith("RecursionError")

    def test_an_exhausted_stack_is_a_crash(self) -> None:
        answer = (
            "import sys\nsys.setrecursionlimit(10 ** 9)\nclass A:\n    def __repr__(s): return repr([s])\nrepr(A())"
        )
        assert attempt(answer).problem in (Problem.CRASHED, Problem.MEMORY, Problem.RAISED)

    def test_a_file_is_limited(self) -> None:
        assert attempt("open('a', 'wb').write(bytes(10 ** 8))").problem == Problem.RAISED


class TestLeaving:
    @pytest.mark.parametrize("answer", ["import sys\nsys.exit()", "raise KeyboardInterrupt", "raise SystemExit(0)"])
    def test_leaving_is_an_exception(self, answer: str) -> None:
        assert attempt(answer).problem == Problem.RAISED

    @pytest.mark.parametrize(
        "answer",
        [
            "import os\nos._exit(0)",
            "import os\nos.abort()",
            "import os\nos.closerange(0, 64)\nwhile True: pass",
        ],
    )
    def test_leaving_by_the_back_door_is_a_crash(self, answer: str) -> None:
        assert attempt(answer).problem == Problem.CRASHED

    def test_threads_left_running_are_ended(self) -> None:
        answer = "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin).start()\nx = 1"
        assert run_checks(answer, "assert x == 1") == Outcome(1, 1)


class TestForbidden:
    @pytest.mark.parametrize(
        ("line", "event"),
        [
            ("os.system('true')", "os.system"),
            ("os.fork()", "os.fork"),
            ("while True: os.fork()", "os.fork"),
            ("os.posix_spawn('/bin/true', ['true'], {})", "os.posix_spawn"),
            ("os.execv('/bin/true', ['true'])", "os.exec"),
            ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
            ("import multiprocessing; multiprocessing.Process(target=print).start()", "os.fork"),
            ("import socket; socket.socket()", "socket.__new__"),
            ("import socket; socket.getaddrinfo('localhost', 80)", "socket.getaddrinfo"),
            ("import urllib.request; urllib.request.urlopen('http://localhost')", "urllib.Request"),
            ("import ctypes", "ImportError: _ctypes is blocked"),
            ("sys.modules.clear(); import _posixsubprocess", "ImportError: _posixsubprocess is blocked"),
            ("open('/etc/passwd')", "open"),
            ("open(b'/etc/passwd')", "open"),
            ("open('../../../../../etc/passwd')", "open"),
            ("os.open('/etc/passwd', os.O_RDONLY)", "open"),
            ("os.listdir('/')", "os.listdir"),
            ("os.chdir('/')", "os.chdir"),
            ("os.symlink('/etc', 'e')", "os.symlink"),
            ("os.kill(os.getppid(), 9)", "os.kill"),
            ("os.killpg(0, 9)", "os.killpg"),
            ("os.rmdir(os.getcwd())", "os.rmdir"),
            ("import shutil; shutil.rmtree(os.getcwd())", "shutil.rmtree"),
            ("os.mkdir('a')", "os.mkdir"),
            ("sys.addaudithook(print)", "sys.addaudithook"),
            ("sys.settrace(print)", "sys.settrace"),
            ("import gc; gc.get_objects()", "gc.get_objects"),
            ("breakpoint()", "builtins.breakpoint"),
        ],
    )
    def test_it_ends_the_answer_and_has_its_line(self, line: str, event: str) -> None:
        outcome = attempt(f"import os, sys\ntry:\n    pass\nfinally:\n    {line}\n")
        assert (outcome.problem, outcome.error) == (Problem.FORBIDDEN, event)
        assert outcome.line == 5

    def test_the_home_folder_can_not_be_read(self) -> None:
        for home in (Path.home(), Path(__file__).parent):
            assert attempt(f"import os\nos.listdir({str(home)!r})").problem == Problem.FORBIDDEN
        assert attempt(f"print(open({__file__!r}).read())").output == ""

    def test_nothing_outside_can_be_written(self, tmp_path: Path) -> None:
        victim = tmp_path / "victim.txt"
        victim.write_text("safe")
        for line in (f"open({str(victim)!r}, 'w')", "open('../victim.txt', 'w')", f"os.remove({str(victim)!r})"):
            assert attempt(f"import os\n{line}").problem == Problem.FORBIDDEN
        assert victim.read_text() == "safe"

    def test_the_standard_library_can_be_read_but_not_written(self) -> None:
        assert run_checks("import os\ntext = open(os.__file__).read()", "assert 'path' in text").solved
        assert attempt("import os\nopen(os.__file__, 'a')").problem == Problem.FORBIDDEN

    def test_swallowing_exceptions_does_not_help(self) -> None:
        answer = "import os\nwhile True:\n    try:\n        os.system('true')\n    except BaseException:\n        pass"
        assert attempt(answer).problem == Problem.FORBIDDEN

    def test_a_path_that_changes_its_mind_does_not_help(self) -> None:
        answer = (
            "class Path(str):\n    def startswith(s, *_): return True\n    def replace(s, *_): return s\n"
            "open(Path('/etc/passwd'))"
        )
        assert attempt(answer).problem == Problem.FORBIDDEN

    def test_replacing_builtins_does_not_open_the_guard(self) -> None:
        answer = "import builtins\nbuiltins.str = builtins.type = builtins.int = object\nopen('/etc/passwd')"
        assert attempt(answer).problem == Problem.FORBIDDEN

    def test_the_environment_of_the_caller_is_not_handed_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET", "abc")
        assert "SECRET" not in run_program("import os\nprint(sorted(os.environ))").stdout

    def test_nothing_comes_from_stdin(self) -> None:
        assert attempt("input()").error.startswith("EOFError")


class TestForging:
    CHECKS = "import math\nassert abs(f(-2)) == 2, 'two'\nassert all([f(1) == 1]), 'one'\nassert math.isclose(f(1), 1)"

    @pytest.mark.parametrize(
        "trick",
        [
            "import builtins\nbuiltins.abs = lambda x: 2\nbuiltins.all = any = lambda x: True",
            "import math\nmath.isclose = lambda *x: True",
            "import builtins\nclass Never(BaseException): pass\nbuiltins.AssertionError = Never",
            "import builtins\nbuiltins.bool = lambda x: True\nbuiltins.eval = builtins.exec = lambda *x: True",
            "import ast, json\nast.parse = lambda *x: 1 / 0\njson.dumps = lambda *x: '{}'",
            "__builtins__ = {'abs': lambda x: 2, 'all': lambda x: True}",
            "import __main__\n__main__.run_check = lambda *x: True",
            "import sys\nsys.modules['math'] = None",
        ],
    )
    def test_changing_what_the_checks_use_does_not_help(self, trick: str) -> None:
        outcome = run_checks(f"{trick}\ndef f(x): return 0\n", self.CHECKS, SHORT)
        assert outcome.passed == 0
        assert outcome.total in (0, 3)

    def test_writing_a_report_of_ones_own_does_not_help(self) -> None:
        answer = """
import os
for n in range(1, 64):
    try:
        os.write(n, b'["", "answered", null, ""]\\n["", "passed", null, ""]\\n["", "done", null, ""]\\n')
    except OSError:
        pass
os._exit(0)
"""
        assert attempt(answer) == Outcome(0, 1, Problem.CRASHED, output=attempt(answer).output)

    def test_filling_the_report_does_not_help(self) -> None:
        write = "try: os.write(n, b'x' * 60000)\n        except OSError: pass"
        assert attempt(f"import os\nwhile True:\n    for n in range(3, 9):\n        {write}").problem in (
            Problem.CRASHED,
            Problem.TIMEOUT,
        )


@pytest.mark.skipif(not LINUX, reason="the kernel's walls are Linux's")
class TestKernel:
    """What holds when the audit hook does not."""

    PROBE = """
import os, sys, runpy, socket, sysconfig, threading
confine = runpy.run_path(sys.argv[1])["confine"]
filtered = confine(os.getcwd(), [sysconfig.get_path("stdlib")])
attempts = {
    "read": lambda: open("/etc/passwd"), "list": lambda: os.listdir("/"), "write": lambda: open("../x", "w"),
    "fork": os.fork, "exec": lambda: os.execv("/bin/true", ["true"]), "socket": socket.socket,
    "kill": lambda: os.kill(os.getppid(), 0), "mode": lambda: os.chmod("..", 0o777), "session": os.setsid,
}
for name, act in attempts.items():
    try:
        act()
    except OSError:
        continue
    print(name)
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
open("own", "w").close()
print(filtered, len(open(os.__file__).read()) > 0)
"""

    def test_files_processes_and_the_network_are_out_of_reach(self, tmp_path: Path) -> None:
        import subprocess

        script = Path(sandbox.__file__).with_name("kernel.py")
        (tmp_path / "own-folder").mkdir()
        probe = subprocess.run(
            [sys.executable, "-I", "-c", self.PROBE, script],
            capture_output=True,
            text=True,
            cwd=tmp_path / "own-folder",
        )
        if "True" not in probe.stdout.split():
            pytest.skip("this kernel has no seccomp or the machine is another")
        assert probe.stdout.split() == ["thread", "True", "True"]
