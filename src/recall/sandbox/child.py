"""The other side of `recall.sandbox`: run as a script, imports nothing of recall.

Reads its request (JSON) from stdin, reports on what was its stdout, one JSON array of token, kind, line and text to a
line, and gives the answer what was its stderr to print to.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import json
import os
import runpy
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

Report = Callable[[str, int | None, str], None]
Hook = Callable[[str, tuple[Any, ...]], None]

HARMLESS = frozenset(
    [
        *("array.__new__", "builtins.id", "builtins.input", "builtins.input/result", "code.__new__", "compile", "exec"),
        *("function.__new__", "glob.glob", "glob.glob/2", "marshal.load", "marshal.loads", "marshal.dumps"),
        *("object.__delattr__", "object.__getattr__", "object.__setattr__", "os.putenv", "os.unsetenv", "os.walk"),
        *("pathlib.Path.glob", "pathlib.Path.rglob", "pickle.find_class", "sys._getframe", "sys._getframemodulename"),
        *("sys.excepthook", "sys.unraisablehook", "tempfile.mkstemp", "time.sleep"),
        *("_thread.start_new_thread", "_thread.start_joinable_thread"),
    ]
)
"""Audit events that may happen; all others but those on paths and imports end the process."""

ON_PATHS = frozenset(["open", "os.listdir", "os.scandir", "os.remove"])

BLOCKED = frozenset(
    [
        *("_ctypes", "_posixsubprocess", "_ssl", "_sqlite3", "_dbm", "_gdbm", "_curses", "readline"),
        *("_multiprocessing", "_posixshmem", "_interpreters", "_xxsubinterpreters", "_testcapi", "_testinternalcapi"),
        *("pwd", "grp", "spwd", "nis", "syslog", "termios", "fcntl", "resource", "mmap"),
    ]
)
"""Modules that reach around the audit events; importing one raises ImportError, which optional imports expect."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def main() -> None:
    """Read the request, shut the doors, run the answer and its checks, and leave without looking back."""
    request = json.load(sys.stdin)
    report = make_report(take_streams(request["merge_stderr"]), request["token"])
    sys.path[:] = [*sys.path, *(folder for folder in request["libraries"] if folder not in sys.path)]
    shut_doors(request, report)
    load_what_checks_use(request["checks"])
    run(request["answer"], request["checks"], report)
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
    report("done", None, "")
    os._exit(0)


def take_streams(merge_stderr: bool) -> int:
    """Keep the old stdout for reports; stdout becomes the old stderr, stdin and perhaps stderr nothing."""
    channel = os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    if not merge_stderr:
        os.dup2(nothing, 2)
    os.close(nothing)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # it is a TextIOWrapper
    return channel


def make_report(channel: int, token: str) -> Report:
    """Return what sends one line to the parent; it uses nothing that the answer could have replaced."""
    write, quote = os.write, json.encoder.encode_basestring_ascii

    def report(kind: str, line: int | None, text: str) -> None:
        number = "null" if line is None else f"{line}"
        write(channel, f"[{quote(token)}, {quote(kind)}, {number}, {quote(text[:800])}]\n".encode())

    return report


def shut_doors(request: dict[str, Any], report: Report) -> None:
    """Set the limits, ask the kernel for its walls, then install the audit hook, which nothing can take away."""
    limit_resources(request)
    confine = runpy.run_path(os.path.join(os.path.dirname(__file__), "kernel.py"))["confine"]  # noqa: PTH118, PTH120
    if not confine(request["folder"], sys.path):
        limit_processes()
    for name in [name for name in sys.modules if name.partition(".")[0] in {"ctypes", *BLOCKED}]:
        del sys.modules[name]
    sys.modules["_posixsubprocess"] = types.ModuleType("_posixsubprocess")
    sys.modules["_posixsubprocess"].fork_exec = None  # type: ignore[attr-defined] # numpy.testing imports subprocess
    sys.addaudithook(make_guard(request["folder"], sys.path, make_stop(report)))


def limit_resources(request: dict[str, Any]) -> None:
    """The limits of POSIX, each as far as the system has it."""
    try:
        import resource
    except ImportError:
        return
    limits = {
        "RLIMIT_CPU": (request["seconds"], request["seconds"] + 1),
        "RLIMIT_AS": (request["memory"], request["memory"]),
        "RLIMIT_FSIZE": (request["file_size"], request["file_size"]),
        "RLIMIT_NOFILE": (64, 64),
        "RLIMIT_CORE": (0, 0),
    }
    for name, limit in limits.items():
        with contextlib.suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), limit)


def limit_processes() -> None:
    """Where the kernel does not filter calls: no further process, and with that no thread either."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def make_stop(report: Report) -> Callable[[str], None]:
    """Return what ends the process because of an audit event."""
    frame_of, leave = sys._getframe, os._exit

    def stop(event: str) -> None:
        frame: types.FrameType | None = frame_of()
        while frame is not None and frame.f_code.co_filename != "<answer>":
            frame = frame.f_back
        report("forbidden", frame.f_lineno if frame is not None else None, event)
        leave(0)

    return stop


def make_guard(folder: str, libraries: list[str], stop: Callable[[str], None]) -> Hook:
    """The audit hook.

    The answer can replace builtins, and get at a frame of the hook by catching its ImportError; so the hook uses
    neither globals nor closures, only its defaults and methods of exact types.
    """

    def guard(
        event: str,
        args: tuple[Any, ...],
        *,
        harmless: frozenset[str] = HARMLESS,
        on_paths: frozenset[str] = ON_PATHS,
        blocked: frozenset[str] = BLOCKED,
        writing: int = WRITING,
        writable: tuple[str, ...] = (f"{folder}/",),
        readable: tuple[str, ...] = tuple(f"{known}/" for known in (folder, *libraries, __file__)),
        within: Callable[[Any, tuple[str, ...]], bool] = make_path_test(),  # noqa: B008 - once for each hook
        stop: Callable[[str], None] = stop,
        failure: type[ImportError] = ImportError,
    ) -> None:
        if event in harmless:
            return
        if event in on_paths:
            changes = event == "os.remove" or (event == "open" and args[2] & writing)
            if not within(args[0], writable if changes else readable):
                stop(event)
        elif event != "import":
            stop(event)
        elif args[0] in blocked:
            raise failure(f"{args[0]} is blocked", name=args[0])
        elif args[1] is not None and not within(args[1], readable):
            stop(event)

    return guard


def make_path_test() -> Callable[[Any, tuple[str, ...]], bool]:
    """Return whether a path lies in one of some folders (which end with a slash); a relative one lies in our own.

    An open file's number passes. No link can lead out of the folder, for making one is forbidden.
    """

    def within(
        path: Any,
        folders: tuple[str, ...],
        *,
        kind: type = type,
        text: type[str] = str,
        raw: type[bytes] = bytes,
        number: type[int] = int,
        separator: str = os.sep,
    ) -> bool:
        if path is None or kind(path) is number:
            return True
        if kind(path) is raw:
            path = path.decode("utf-8", "surrogateescape")
        if kind(path) is not text:
            return False
        slashed = f"{path}/".replace(separator, "/")
        if "/../" in f"/{slashed}":
            return False
        return slashed.startswith(folders) or not (slashed.startswith("/") or ":" in slashed)

    return within


def load_what_checks_use(checks: str) -> None:
    """Import what the checks import, so that the answer meets it whole and it can be put back after the answer."""
    for statement in ast.parse(checks).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            with contextlib.suppress(Exception):
                exec(compile(ast.Module([statement], []), "<checks>", "exec", dont_inherit=True), {})


def run(answer: str, checks: str, report: Report) -> None:
    """Run the answer, put changed modules back, then run the statements of the checks; report each step."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = vars(module)
    try:
        code = compile(answer, "<answer>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        report("syntax", getattr(error, "lineno", None), getattr(error, "msg", "") or text_of(error))
        return
    modules = dict(sys.modules)
    contents = [(vars(known), dict(vars(known))) for known in modules.values() if isinstance(known, types.ModuleType)]
    failure = None
    try:
        exec(code, namespace)
    except BaseException as error:
        failure = error
    for now, then in contents:
        if now is not namespace:
            now.update(then)
    sys.modules.update(modules)
    namespace["__builtins__"] = builtins
    if failure is not None:
        report(*described(failure))
        return
    report("answered", None, "")
    for statement in ast.parse(checks).body:
        if not run_check(statement, namespace, report):
            return


def run_check(statement: ast.stmt, namespace: dict[str, Any], report: Report) -> bool:
    """Run one statement of the checks and, if it is an assert, report it; False when what follows can't be run."""
    if not isinstance(statement, ast.Assert):
        try:
            exec(compile(ast.Module([statement], []), "<checks>", "exec", dont_inherit=True), namespace)
        except BaseException as error:
            report(*described(error))
            return False
        return True
    try:
        held = bool(evaluated(statement.test, namespace))
    except BaseException as error:
        report(*described(error))
        return True
    message = ""
    if not held and statement.msg is not None:
        with contextlib.suppress(BaseException):
            message = str(evaluated(statement.msg, namespace))
    report("passed" if held else "failed", None, message)
    return True


def evaluated(expression: ast.expr, namespace: dict[str, Any]) -> object:
    """The value of an expression of the checks."""
    return eval(compile(ast.Expression(expression), "<checks>", "eval", dont_inherit=True), namespace)


def described(error: BaseException) -> tuple[str, int | None, str]:
    """The kind of problem that an exception is, its line in the answer, and its text."""
    lines = list(lines_in_answer(error.__traceback__))
    name = error.name if isinstance(error, ImportError) else None
    kind = "memory" if isinstance(error, MemoryError) else "raised"
    if name == "numpy":
        kind = "no-numpy"
    elif name in BLOCKED:
        kind = "forbidden"
    return kind, lines[-1] if lines else None, text_of(error)


def lines_in_answer(trace: types.TracebackType | None) -> Iterator[int]:
    """The lines of the answer that an exception came through, outermost first."""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<answer>":
            yield trace.tb_lineno
        trace = trace.tb_next


def text_of(error: BaseException) -> str:
    """The exception in one line, as Python would print it; only its name when its text can't be had."""
    name = type(error).__name__
    try:
        text = str(error)
    except BaseException:
        return name
    return f"{name}: {text}" if text else name


if __name__ == "__main__":
    main()
