"""Proofs of stage 04, programming tools."""

from __future__ import annotations

import ast
import bisect
import contextlib
import heapq
import io
import itertools
import json
import math
import re
import signal
import stat
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from typing import Any

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import softmax
from tests.decks.proving import Claim, only, proof, run_code, value_of
from tests.decks.reading import found, option_that

Array = npt.NDArray[np.float64]
State = dict[str, Any]


def code_in(text: str) -> list[str]:
    """The pieces of code of a text."""
    return re.findall(r"`([^`]+)`", text)


def literals(pattern: str, code: str) -> list[Any]:
    """The Python values that the first group of a pattern matches in a program."""
    return [ast.literal_eval(text) for text in re.findall(pattern, code)]


def assert_forced(card: Claim, works: Callable[[Sequence[str]], bool]) -> None:
    """The steps work, and nothing else that the lines can be put together to."""
    assert works(card.steps)
    lines = [*card.steps, *card.decoys]
    assert [order for order in itertools.permutations(lines, len(card.steps)) if works(order)] == [card.steps]


def running(lines: Sequence[str], actions: Mapping[str, Callable[[State], None]], state: State) -> State | None:
    """The state after the actions that phrases in the lines stand for; None when one cannot be done."""
    for line in lines:
        (action,) = [action for phrase, action in actions.items() if phrase in line]
        try:
            action(state)
        except (KeyError, LookupError, ValueError):
            return None
    return state


def printed_by(program: str) -> str:
    """What a program prints up to its end or to an exception."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(Exception):
        exec(compile(program, "<cells>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


@dataclass(frozen=True)
class Dual:
    """A number and its derivative, as forward mode carries them."""

    value: float
    slope: float = 0.0

    def __add__(self, other: Dual | float) -> Dual:
        other = _dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Dual | float) -> Dual:
        other = _dual(other)
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other: Dual | float) -> Dual:
        other = _dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __pow__(self, power: int) -> Dual:
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope)

    def detach(self) -> Dual:
        return Dual(self.value)

    def round(self) -> Dual:
        return Dual(round(self.value))

    def sin(self) -> Dual:
        return Dual(math.sin(self.value), math.cos(self.value) * self.slope)

    def exp(self) -> Dual:
        return Dual(math.exp(self.value), math.exp(self.value) * self.slope)


def _dual(number: Dual | float) -> Dual:
    return number if isinstance(number, Dual) else Dual(float(number))


def dual_of(expression: str, x: float) -> Dual:
    """The value and derivative of a program's expression in x."""
    result = eval(expression, {"x": Dual(x, 1.0)})
    assert isinstance(result, Dual)
    return result


# ---------------------------------------------------------------- algorithms


class Counted:
    """A number that counts how often it is compared."""

    comparisons = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __lt__(self, other: Counted) -> bool:
        Counted.comparisons += 1
        return self.number < other.number


@cache
def comparisons_of_heap(n: int, k: int) -> int:
    """Comparisons for the k largest of an increasing stream, each number of which enters the heap."""
    Counted.comparisons = 0
    heap: list[Counted] = []
    for number in map(Counted, range(n)):
        if len(heap) < k:
            heapq.heappush(heap, number)
        elif heap[0] < number:
            heapq.heapreplace(heap, number)
    assert sorted(entry.number for entry in heap) == list(range(n - k, n))
    return Counted.comparisons


@proof("pt.algorithms-01")
def largest_of_a_stream(card: Claim) -> None:
    """Counts the comparisons on the worst input: their quotient by the formula stays within a small range."""
    tex = found(r"^O\((.+)\)$", card.answers[0]).replace("log", r"\log")
    sizes = [(n, k) for n in (1024, 4096) for k in (8, 64, 512)]
    quotients = [comparisons_of_heap(n, k) / value_of(tex, n=n, k=k) for n, k in sizes]
    assert max(quotients) < 2.5 * min(quotients)


@proof("pt.algorithms-03")
def binary_search(card: Claim) -> None:
    """The program, and the library's search."""
    assert run_code(card.code) == card.output
    calls = literals(r"find(\(\[[^]]*\], \d+\))", card.code)
    assert [int(word) for word in card.output.split()] == [bisect.bisect_left(*call) for call in calls]


@proof("pt.algorithms-04")
def ways_to_pay(card: Claim) -> None:
    """The program, and all multisets and all sequences of coins."""
    assert run_code(card.code) == card.output
    ((coins, total),) = literals(r"print\(ways(\(\[[^]]*\], \d+\))\)", card.code)
    sets = [
        chosen
        for size in range(1, total + 1)
        for chosen in itertools.combinations_with_replacement(coins, size)
        if sum(chosen) == total
    ]
    assert int(card.output) == len(sets)
    sequences = {order for chosen in sets for order in itertools.permutations(chosen)}
    assert int(found(r"result is (\d+)", card.more)) == len(sequences)


@proof("pt.algorithms-05")
def moves_of_a_growing_array(card: Claim) -> None:
    """Simulates it; and for the remark one that grows by a fixed number."""
    capacity, appends = (int(number) for number in card.numbers("front"))

    def moves(room: int, count: int, grown: Callable[[int], int]) -> int:
        total = 0
        for length in range(count):
            if length == room:
                total, room = total + length, grown(room)
        return total

    assert card.value == moves(capacity, appends, lambda room: 2 * room)
    (fixed,) = [tex for tex in card.formulas("more") if "/" in tex]
    assert moves(8, 40_000, lambda room: room + 8) == approx(value_of(fixed, n=40_000, c=8), rel=1e-3)


class Same:
    """A key whose hash is that of every other, and which counts comparisons."""

    comparisons = 0

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        Same.comparisons += 1
        return isinstance(other, Same) and self.name == other.name

    def __lt__(self, other: Same) -> bool:
        return self.name < other.name


@proof("pt.algorithms-07")
def two_keys_with_one_hash(card: Claim) -> None:
    """Inserts them, and counts the comparisons of a lookup."""

    def inserted(*names: str) -> dict[Same, str]:
        return {Same(name): name for name in names}

    def comparisons(names: str) -> int:
        entries = inserted(*names)
        Same.comparisons = 0
        assert entries[Same(names[-1])] == names[-1]
        return Same.comparisons

    def fails() -> bool:
        try:
            inserted("z", "a")
        except Exception:
            return True
        return False

    meanings = {
        "overwrites": lambda: len(inserted("z", "a")) == 1,
        "both are kept": lambda: len(inserted("z", "a")) == 2 and comparisons("za") > comparisons("a"),
        "raises": fails,
        "sorted linked list": lambda: list(inserted("z", "a")) == sorted(inserted("z", "a")),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- cloud functions, Dask


@proof("pt.cloud-functions-02")
def break_even(card: Claim) -> None:
    """The bill of both at the number of calls, and one call more or less."""
    size, seconds, price, server = card.numbers("front")
    calls = card.value
    assert (calls - 1) * size * seconds * price < server < (calls + 1) * size * seconds * price
    assert card.numbers("more")[0] == approx(calls / (30 * 86_400), abs=0.05)


@proof("pt.dask-02")
def means_of_partitions(card: Claim) -> None:
    """The program, and the means of all the data with two kinds of weights."""
    assert run_code(card.code) == card.output
    (parts,) = literals(r"parts = (.+)", card.code)
    values = np.concatenate(parts)
    weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in parts])
    of_means, whole = (float(word) for word in card.output.split())
    assert (of_means, whole) == approx((np.average(values, weights=weights), np.average(values)))


# ---------------------------------------------------------------- Docker


CONTEXT = ("requirements.txt", "src/a.py")
"""The folder that an image is built from."""


def copied(sources: Sequence[str], target: str) -> dict[str, str]:
    """Where COPY puts the files of the folder: of a source that is a folder the contents."""
    places = {}
    for path, source in itertools.product(CONTEXT, sources):
        if source.endswith("/") and path.startswith(source):
            places[path] = target.removeprefix("./") + path.removeprefix(source)
        elif path == source:
            places[path] = path
    return places


def layers_work(lines: Sequence[str]) -> bool:
    """Whether a Dockerfile builds all parts, and an edit of the source leaves the installed layer in the cache."""
    commands = [code_in(line)[0].split() for line in lines]
    if [command[0] == "FROM" for command in commands] != [True] + [False] * (len(commands) - 1):
        return False
    files: set[str] = set()
    done: set[str] = set()
    is_edited = False
    for name, *words in commands[1:]:
        if name == "COPY":
            places = copied(words[:-1], words[-1])
            files |= set(places.values())
            is_edited |= any(path.startswith("src/") for path in places)
        elif "install" in words:
            done |= {"install"} if words[-1] in files and not is_edited else set()
        else:
            done |= {"compile"} if any(file.startswith(f"{words[-1]}/") for file in files) else set()
    return files >= set(CONTEXT) and done == {"install", "compile"}


@proof("pt.docker-01")
def order_of_a_dockerfile(card: Claim) -> None:
    """Builds every file that the lines make."""
    assert_forced(card, layers_work)


@proof("pt.docker-02")
def entrypoint_and_command(card: Claim) -> None:
    """Puts the command line together as the reference has it: what follows the image takes the place of CMD."""
    entrypoint, command = (json.loads(text) for text in re.findall(r"`(?:ENTRYPOINT|CMD) (\[[^]]*\])`", card.front))
    given = found(r"`docker run img ([^`]*)`", card.front).split()
    assert code_in(card.key) == [" ".join([*entrypoint, *(given or command)])]
    assert len(set(card.options)) == 4


# ---------------------------------------------------------------- GPU


@proof("pt.gpu-cuda-02")
def occupancy(card: Claim) -> None:
    """Adds warps while their registers fit."""
    registers, threads, each = (int(number) for number in card.numbers("front"))
    resident = 0
    while resident + 32 <= threads and (resident + 32) * each <= registers:
        resident += 32
    assert card.value == approx(100 * resident / threads)
    assert card.unit == "%"


@proof("pt.gpu-cuda-03")
def reads_of_a_tiled_product(card: Claim) -> None:
    """Multiplies with tiles and counts what is read."""

    def reads(n: int, t: int) -> int:
        a, b = card.rng.normal(size=(2, n, n))
        product, total = np.zeros((n, n)), 0
        for i, j, k in itertools.product(range(0, n, t), repeat=3):
            left, right = a[i : i + t, k : k + t], b[k : k + t, j : j + t]
            total += left.size + right.size
            product[i : i + t, j : j + t] += left @ right
        assert product == approx(a @ b)
        return total

    cases = [(4, 2), (12, 2), (12, 3), (12, 4)]
    untiled = next(tex for tex in card.formulas("front") if tex.startswith("2"))
    assert reads(6, 1) == value_of(untiled, n=6)
    assert card.key == only(
        card.options, lambda option: all(value_of(option, n=n, t=t) == reads(n, t) for n, t in cases)
    )


@proof("pt.gpu-cuda-04")
def divergent_warp(card: Claim) -> None:
    """Steps one instruction stream with a mask; each tick serves one branch."""

    def ticks(a: int, b: int) -> int:
        left, total = np.array([a] * 16 + [b] * 16), 0
        for branch in (slice(0, 16), slice(16, 32)):
            while left[branch].any():
                left[branch] -= 1
                total += 1
        return total

    assert card.numbers("front")[0] == 32
    cases = [(3, 8), (10, 4), (5, 5)]
    assert card.key == only(
        card.options, lambda option: all(value_of(option, a=a, b=b) == ticks(a, b) for a, b in cases)
    )


@proof("pt.gpu-cuda-05")
def memory_on_chip(card: Claim) -> None:
    """Both quotients to the nearest ten, and the traffic of fused operators."""
    processors, kilobytes, on_chip, *off_chip, apart, fused = card.numbers("more")
    assert float(card.cloze(1)) == round(processors * kilobytes / 1000, -1)
    assert {float(card.cloze(2))} == {round(on_chip / rate, -1) for rate in off_chip}
    kernels = re.findall(r"[a-z]{2,}|\+", found("`([^`]*)`", card.more))
    a_read_and_a_write = 2
    assert (apart, fused) == (len(kernels) * a_read_and_a_write, a_read_and_a_write)


# ---------------------------------------------------------------- Transformers, notebooks, LaTeX


@proof("pt.hf-transformers-02")
def positions_behind_padding(card: Claim) -> None:
    """The program, and a count of the real tokens before each one."""
    assert run_code(card.code) == card.output
    (mask,) = literals(r"np\.array\((\[\[.+\]\])\)", card.code)
    positions = [[max(sum(row[: n + 1]) - 1, 0) for n in range(len(row))] for row in mask]
    assert ast.literal_eval(card.output) == positions


@proof("pt.hf-transformers-04")
def greedy_at_two_temperatures(card: Claim) -> None:
    """Decodes greedily from a random table of logits, until the last token or for thirty steps."""
    cold, hot = 0.1, 3.0
    table = card.rng.normal(size=(12, 12))

    def decoded(temperature: float) -> list[int]:
        tokens = [0]
        while len(tokens) < 30 and tokens[-1] != 11:
            tokens.append(int(np.argmax(softmax(table[tokens[-1]] / temperature))))
        return tokens

    meanings = {
        "differs per run": lambda: decoded(hot) != decoded(hot),
        "shorter": lambda: len(decoded(hot)) < len(decoded(cold)),
        "tokens are equal": lambda: decoded(hot) == decoded(cold),
        "less repetition": lambda: len(set(decoded(hot))) > len(set(decoded(cold))),
    }
    assert card.key == option_that(card, meanings)


@proof("pt.jupyter-ide-01")
def cells_in_two_orders(card: Claim) -> None:
    """Runs the cells in the order told, and once each."""
    cells = dict(zip(("one", "two", "three"), code_in(card.front), strict=True))
    told = re.findall(r"one|two|three", found(r"Run ([a-z, ]+), then Restart", card.front))
    printed = [printed_by("\n".join(cells[name] for name in order)).strip() for order in (told, cells)]
    assert all(re.findall(r"\d+", answer) == printed for answer in card.answers)


def set_by_tex(source: str) -> dict[str, str]:
    """The letter of a formula and its scripts: each takes the next token, or the next group in braces."""
    scripts = {"": source[0]}
    tokens = iter(re.findall(r"\{[^{}]*\}|.", source[1:]))
    for mark in tokens:
        if mark not in ("_", "^") or mark in scripts:
            raise ValueError(f"{mark} is neither raised nor lowered")
        scripts[mark] = next(tokens).strip("{}")
    return scripts


@proof("pt.latex-01")
def scripts_of_two_digits(card: Claim) -> None:
    """Reads both sources by TeX's rule: without braces only the first digit is raised."""
    source = code_in(card.front)[0]
    letter, lowered, raised = re.findall(r"[a-z]|\d+", source)
    assert [set_by_tex(answer) for answer in card.answers] == [{"": letter, "_": lowered, "^": raised}]
    assert set_by_tex(source.removesuffix(raised[1:])) == {"": letter, "_": lowered, "^": raised[0]}


@proof("pt.latex-02")
def lengths_of_strings(card: Claim) -> None:
    """The program, and the characters counted: one less for each escape in an ordinary string."""
    assert run_code(card.code) == card.output
    strings = re.findall(r'len\((r?)"([^"]*)"\)', card.code)
    lengths = [len(text) - (0 if raw else len(re.findall(r"\\[abfnrtv]", text))) for raw, text in strings]
    assert card.output.split() == [str(length) for length in lengths]


# ---------------------------------------------------------------- shell


@cache
def run_bash(script: str) -> tuple[str, int]:
    """What a script prints, and its exit status."""
    command = ["bash", "-c", script]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout.strip(), done.returncode


@proof("pt.linux-shell-01")
def failure_in_a_pipeline(card: Claim) -> None:
    """Runs the script; without the second half of the pipe, `set -e` does stop it."""
    first, pipe, last = code_in(card.front)
    printed, status = run_bash("\n".join((first, pipe, last)))
    assert run_bash("\n".join((first, pipe.split("|")[0], last))) == ("", 1)

    def fits(option: str) -> bool:
        said = found(r"prints (\w+),", option).replace("nothing", "")
        return (said, int(found(r"status (\d)", option))) == (printed, status)

    assert card.key == only(card.options, fits)


@proof("pt.linux-shell-02")
def redirections_in_turn(card: Claim) -> None:
    """Keeps the table of descriptors while the redirections are read from the left."""
    table = {1: "screen", 2: "screen"}
    for word in code_in(card.front)[0].split()[1:]:
        descriptor, target = re.fullmatch(r"(\d?)>(.+)", word).groups()  # type: ignore[union-attr]
        table[int(descriptor or 1)] = table[int(target[1:])] if target.startswith("&") else "file"

    def fits(option: str) -> bool:
        normal, errors = found(r"normal (?:and errors )?to (?:the )?(\w+)", option), option.split()[-1]
        return (normal, errors) == (table[1], table[2])

    assert card.key == only(card.options, fits)


@proof("pt.linux-shell-03")
def octal_permissions(card: Claim) -> None:
    """Writes each answer's mode as `ls` does."""
    modes = {int(found(r"([0-7]{3})$", answer), 8) for answer in card.answers}
    assert {stat.filemode(stat.S_IFREG | mode)[1:] for mode in modes} == {code_in(card.front)[0]}


@proof("pt.linux-shell-04")
def signals_of_kill(card: Claim) -> None:
    """The names that the system gives to the numbers."""
    term, kill = (abs(int(number)) for number in card.numbers("cloze"))
    assert (card.cloze(1), card.cloze(2)) == (signal.Signals(term).name, signal.Signals(kill).name)


def piped(lines: Sequence[str], text: list[str]) -> list[str]:
    """What a pipeline makes of a text."""

    def by_number(line: str) -> tuple[int, str]:
        return int(re.match(r"\s*(\d*)", line)[1] or 0), line  # type: ignore[index]

    for line in (code_in(line)[0] for line in lines):
        name, *words = line.split()
        if name == "cut":
            text = [row.split(",")[int(words[1][2:]) - 1] for row in LOG]
        elif name == "uniq":
            text = [f"{len(list(group)):7d} {row}" for row, group in itertools.groupby(text)]
        elif name == "head":
            text = text[: int(words[0][1:])]
        elif words == ["-rn"]:
            text = sorted(text, key=by_number, reverse=True)
        else:
            text = sorted(set(text) if words == ["-u"] else text)
    return text


LOG = [f"{n},{name},x" for n, name in enumerate(("oom", "nan", "io", "net", "io", "nan", "io", "nan", "io", "oom") * 2)]


@proof("pt.linux-shell-05")
def most_frequent(card: Claim) -> None:
    """Runs every pipeline that the pieces make on a small log, and counts its errors another way."""
    number = int(found(r"the (\d+) most frequent", card.front))
    counts = Counter(row.split(",")[int(found(r"Column (\d+)", card.front)) - 1] for row in LOG)
    wanted = [f"{count:7d} {name}" for name, count in counts.most_common(number)]
    assert_forced(card, lambda lines: piped(lines, []) == wanted)


# ---------------------------------------------------------------- NumPy


@proof("pt.numpy-01")
def all_differences(card: Claim) -> None:
    """The program, and the mean over all pairs."""
    assert run_code(card.code) == card.output
    n = int(found(r"np\.arange\((\d+)\.0\)", card.code))
    squares = [(i - j) ** 2 for i in range(n) for j in range(n)]
    assert card.output == f"{(n, n)} {round(sum(squares) / len(squares), 2)}"


@proof("pt.numpy-02")
def views_and_copies(card: Claim) -> None:
    """The program, and the same on a list with the positions that each name stands for."""
    assert run_code(card.code) == card.output
    a = list(range(6))
    seen, copied = list(range(1, 4)), [a[n] for n in (1, 2, 3)]
    a[seen[0]], copied[1] = 10, 20
    a = [0 if entry > 4 else entry for entry in a]
    assert card.output == f"{a} {[a[n] for n in seen]} {copied}"


@proof("pt.numpy-03")
def strides(card: Claim) -> None:
    """The program, and the distances of entries that are numbered in the order of memory."""
    assert run_code(card.code) == card.output
    (shape,) = literals(r"np\.zeros\((\([^)]*\))", card.code)
    x = np.arange(math.prod(shape)).reshape(shape) * np.dtype(np.float32).itemsize

    def steps(array: npt.NDArray[np.int64]) -> tuple[int, ...]:
        return tuple(int(array[tuple(unit)] - array[0, 0, 0]) for unit in np.eye(3, dtype=int))

    assert card.output == " ".join(str(steps(array)) for array in (x, x.transpose(2, 0, 1), x[:, ::2]))


@proof("pt.numpy-04")
def eight_bits(card: Claim) -> None:
    """The program, and the additions in whole numbers."""
    assert run_code(card.code) == card.output
    (numbers,) = literals(r"np\.array\((\[[^]]*\])", card.code)
    assert card.output == f"{[2 * number % 2**8 for number in numbers]} {sum(numbers)}"


@proof("pt.numpy-05")
def quadratic_forms(card: Claim) -> None:
    """Each answer on random matrices."""
    x, a = card.rng.normal(size=(5, 3)), card.rng.normal(size=(3, 3))
    forms = [float(row @ a @ row) for row in x]
    assert all(np.einsum(answer, x, a, x) == approx(forms) for answer in card.answers)


@proof("pt.numpy-06")
def rows_that_sum_to_one(card: Claim) -> None:
    """Evaluates each option."""
    e = card.rng.uniform(0.5, 3, size=(4, 4))

    def fits(option: str) -> bool:
        return np.allclose([sum(row) for row in eval(code_in(option)[0], {"e": e, "None": None})], 1)

    assert card.key == only(card.options, fits)


# ---------------------------------------------------------------- Pandas


@proof("pt.pandas-01")
def sum_by_label(card: Claim) -> None:
    """Adds with dictionaries."""
    s, t = (dict.fromkeys(labels.split(", "), 1.0) for labels in re.findall(r"index ((?:[a-z], )+[a-z])\b", card.front))
    total = {label: s.get(label, math.nan) + t.get(label, math.nan) for label in {*s, *t}}
    missing = sum(math.isnan(number) for number in total.values())
    assert card.key == only(card.options, lambda option: option == f"{len(total)} rows, {missing} NaN")


@proof("pt.pandas-02")
def rows_of_a_merge(card: Claim) -> None:
    """Pairs the rows one by one; and keeps the rows without a partner for the remark."""
    left, right = (
        [key for key, count in re.findall(r"([a-z]) (\d+)", side) for _ in range(int(count))]
        for side in card.front.split(";")
    )
    assert card.value == sum(one == other for one in left for other in right)
    assert card.numbers("more")[-1] == card.value + sum(one not in right for one in left)


@proof("pt.pandas-04")
def lengths_after_grouping(card: Claim) -> None:
    """Groups random rows."""
    rows, groups = (int(number) for number in card.numbers("cloze")[:2])
    keys = np.concatenate([np.arange(groups), card.rng.integers(groups, size=rows - groups)])
    x = card.rng.normal(size=rows)
    means = {key: x[keys == key].mean() for key in keys}
    assert (int(card.cloze(1)), int(card.cloze(2))) == (len(means), len([means[key] for key in keys]))


# ---------------------------------------------------------------- Python


@proof(
    "pt.python-advanced-01",
    "pt.python-advanced-02",
    "pt.python-basics-01",
    "pt.python-basics-03",
    "pt.python-basics-04",
    "pt.python-exceptions-io-01",
    "pt.python-functions-01",
    "pt.python-functions-02",
    "pt.python-oop-01",
    "pt.python-oop-02",
    "pt.web-api-02",
)
def runs_as_said(card: Claim) -> None:
    """The program: what it shows are rules of the language, so that running it is the proof."""
    assert run_code(card.code).rstrip() == card.output


@proof("pt.python-advanced-03")
def threads_under_one_lock(card: Claim) -> None:
    """Runs the threads tick by tick: each needs a core, and the lock goes round."""
    cores, threads, times = (int(number) for number in card.numbers("front"))
    work, left, ticks = 50, [50] * threads, 0
    while any(left):
        waiting = [n for n in range(threads) if left[n]]
        running_now = waiting[ticks % len(waiting) :][: min(cores, 1)]
        for n in running_now:
            left[n] -= 1
        ticks += 1
    percent = round(100 * ticks / (times * work))
    assert card.key == only(card.options, lambda option: option == f"about {percent}%")


@proof("pt.python-advanced-04")
def suppressing_exit(card: Claim) -> None:
    """A context manager that returns the answer, and ones that return false values."""

    class Manager:
        def __init__(self, returned: object) -> None:
            self.returned = returned

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> Any:
            return self.returned

    def is_suppressed(returned: object) -> bool:
        try:
            with Manager(returned):
                raise KeyError
        except KeyError:
            return False
        return True

    assert is_suppressed(ast.literal_eval(card.answers[0]))
    assert not any(map(is_suppressed, (None, False, 0, "")))


@proof("pt.python-basics-05")
def lists_of_a_caller(card: Claim) -> None:
    """Runs the lines."""
    _, *lines = code_in(card.front)[:3]
    scope: dict[str, Any] = {}
    exec("def f(a, b):\n    " + "\n    ".join(lines), scope)
    first, second = [0], [0]
    scope["f"](first, second)
    changed = (first != [0], second != [0])
    told = {"as `a`": (True, False), "as `b`": (False, True), "both lists grow": (True, True), "stay": (False, False)}
    assert card.key == option_that(card, {phrase: partial(changed.__eq__, lists) for phrase, lists in told.items()})


@proof("pt.python-basics-06")
def rounding_of_quotients(card: Claim) -> None:
    """Rounds the quotient down and towards zero."""
    dividend, divisor = card.numbers("cloze")[:2]
    quotient = dividend / divisor
    results = math.floor(quotient), dividend - divisor * math.floor(quotient), math.trunc(quotient)
    assert [int(card.cloze(n)) for n in (1, 2, 3)] == list(results)


def checkpoint_survives(lines: Sequence[str]) -> bool:
    """Whether a complete checkpoint is on disk after each line, and the new one after the last."""

    def write(state: State) -> None:
        state["files"]["temporary"] = {"python": "new", "system": "", "disk": ""}
        if not state.pop("open"):
            raise LookupError

    def pass_on(source: str, target: str) -> Callable[[State], None]:
        def action(state: State) -> None:
            file = state["files"]["temporary"]
            file[target] = file[source]

        return action

    def replace(state: State) -> None:
        state["files"]["target"] = state["files"].pop("temporary")

    actions: dict[str, Callable[[State], None]] = {
        "Open a temporary file": lambda state: state.update(open=True),
        "Write the whole": write,
        "`flush`": pass_on("python", "system"),
        "`os.fsync`": pass_on("system", "disk"),
        "`os.replace`": replace,
        "Delete the old": lambda state: state["files"].pop("target"),
    }
    state: State | None = {"files": {"target": {"disk": "old"}}}
    for line in lines:
        state = running([line], actions, state or {})
        if state is None or not state["files"].get("target", {}).get("disk"):
            return False
    return state is not None and state["files"]["target"]["disk"] == "new"


@proof("pt.python-exceptions-io-03")
def saving_a_checkpoint(card: Claim) -> None:
    """Pulls the plug after each line, in every order of the lines."""
    assert_forced(card, checkpoint_survives)


@proof("pt.python-functions-03")
def local_by_assignment(card: Claim) -> None:
    """Runs the module."""
    outside, _, first, second, call = code_in(card.front)
    scope: dict[str, Any] = {}
    out, is_raised = io.StringIO(), False
    with contextlib.redirect_stdout(out):
        exec(f"{outside}\ndef f():\n    {first}\n    {second}", scope)
        try:
            eval(call, scope)
        except UnboundLocalError:
            is_raised = True
    said = "raises before printing" if is_raised else f"prints {out.getvalue().strip()}; the global is {scope['x']}"
    assert card.key == only(card.options, lambda option: option == said)


class Parent:
    """A class with both kinds of constructor, and an attribute of its instances."""

    def __init__(self) -> None:
        self.width = 8

    @classmethod
    def by_class(cls) -> Parent:
        return cls()

    @classmethod
    def width_of(cls) -> object:
        return getattr(cls, "width", None)

    @staticmethod
    def by_static() -> Parent:
        return Parent()


class Child(Parent):
    """Inherits both."""


@proof("pt.python-oop-04")
def constructor_by_class(card: Claim) -> None:
    """Calls both constructors on both classes."""
    meanings = {
        "cannot be called": lambda: not isinstance(Parent.by_static(), Parent),
        "read instance attributes": lambda: Parent.width_of() == Parent().width,
        "builds that subclass": lambda: type(Child.by_class()) is Child and type(Child.by_static()) is not Child,
        "copies the class": lambda: type(Parent.by_static()) is not type(Parent.by_static()),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- PyTorch


@proof("pt.pytorch-autograd-01")
def gradient_past_detach(card: Claim) -> None:
    """Forward mode in which what is detached is constant; and without detaching for the explanation."""
    expression, x = found(r"`z = ([^`]+)`", card.front), card.numbers("front")[0]
    assert card.value == dual_of(expression, x).slope
    assert card.numbers("back")[-1] == dual_of(expression.replace(".detach()", ""), x).slope


@proof("pt.pytorch-autograd-02")
def straight_through(card: Claim) -> None:
    """Forward mode on the expression of the card."""
    y = dual_of(found(r"`y = ([^`]+)`", card.front), float(found(r"x=([\d.]+)", card.front)))

    def fits(option: str) -> bool:
        value, rate = (float(number) for number in re.findall(r"=([\d.]+)", option))
        return (value, rate) == approx((y.value, y.slope))

    assert card.key == only(card.options, fits)


def reverse_mode(lines: Sequence[str]) -> bool:
    """Whether the lines find the gradient of L = v sin v, v = x^2, and hold no Jacobian."""

    def forward(state: State) -> None:
        state["v"] = state["x"] ** 2
        state["L"] = state["v"] * math.sin(state["v"])

    def start(state: State) -> None:
        state["L_bar"] = state["L"] / state["L"]

    def gather(state: State) -> None:
        state["v_bar"] = state["L_bar"] * math.sin(state["v"]) + state["L_bar"] * state["v"] * math.cos(state["v"])

    def send(state: State) -> None:
        state["sent"] = state["v_bar"] * 2 * state["x"]

    def add(state: State) -> None:
        state["grad"] += state["sent"]

    actions = {
        "Compute forward": forward,
        r"$\bar L=1$": start,
        r"their sum is $\bar v$": gather,
        r"From $\bar v$ and the saved values": send,
        "reaches a leaf is added": add,
        "full Jacobian": lambda state: state.update(jacobian=True),
    }
    state = running(lines, actions, {"x": 0.7, "grad": 0.0})

    def loss(x: float) -> float:
        return x**2 * math.sin(x**2)

    slope = (loss(0.7 + 1e-6) - loss(0.7 - 1e-6)) / 2e-6
    return state is not None and "jacobian" not in state and math.isclose(state["grad"], slope, rel_tol=1e-6)


@proof("pt.pytorch-autograd-03")
def order_of_reverse_mode(card: Claim) -> None:
    """Does the work on a small graph in every order of the lines."""
    assert_forced(card, reverse_mode)


@proof("pt.pytorch-autograd-06")
def derivative_from_the_output(card: Claim) -> None:
    """The one whose derivative is its output, so that the output is what backward needs."""

    def fits(option: str) -> bool:
        expression = code_in(option)[0].removeprefix("y = ")
        results = [dual_of(expression, x) for x in (0.3, 1.1, 2.4)]
        return all(math.isclose(result.slope, result.value) for result in results)

    assert "`y.add_(1)`" in card.front
    assert card.key == only(card.options, fits)


@proof("pt.pytorch-tensors-01")
def jumps_in_memory(card: Claim) -> None:
    """The positions at which the entries lie, in the order in which they are read after transposing."""
    rows, columns = literals(r"shape (\(\d+, \d+\))", card.front)[0]
    jumps = np.diff(np.arange(rows * columns).reshape(rows, columns).T.ravel())
    assert re.findall(r"[+-]\d+", card.back) == [f"{jump:+d}" for jump in dict.fromkeys(jumps.tolist())]


@proof("pt.pytorch-tensors-02")
def memory_of_repeat(card: Claim) -> None:
    """The bytes of the repeated array; a broadcast one has no bytes of its own."""
    (shape,) = literals(r"shape (\([\d, ]+\))", card.front)
    (times,) = literals(r"repeat(\([\d,]+\))", card.front)
    assert "BF16" in card.front and card.unit == "MiB"
    one = np.zeros((1, 1, 1), dtype=np.uint16)
    assert np.shares_memory(one, np.broadcast_to(one, (3, 4, 5))) and not np.shares_memory(one, np.tile(one, (3, 1, 1)))
    repeated = np.broadcast_to(one, np.multiply(shape, times).tolist())
    assert card.value == repeated.nbytes / 2**20


@proof("pt.pytorch-tensors-03")
def bias_of_keys(card: Claim) -> None:
    """Adds by a loop over all four axes; each option where its shapes fit."""
    shape, shape_of_bias = literals(r"shape (\([\d, ]+\))", card.front)
    s, m = card.rng.normal(size=shape), card.rng.normal(size=shape_of_bias)
    right = s.copy()
    for batch, head, query, key in np.ndindex(*shape):
        right[batch, head, query, key] += m[batch, key]

    def fits(option: str) -> bool:
        try:
            return np.array_equal(eval(code_in(option)[0], {"s": s, "m": m}), right)
        except ValueError:
            return False

    assert card.key == only(card.options, fits)


@proof("pt.pytorch-tensors-05")
def shape_for_gather(card: Claim) -> None:
    """NumPy's way to gather, with labels of the shape that each answer says."""
    sizes = {"b": 2, "t": 3, "v": 5}
    p, labels = card.rng.normal(size=tuple(sizes.values())), card.rng.integers(5, size=(2, 3))
    wanted = [[p[i, j, labels[i, j]] for j in range(3)] for i in range(2)]
    for answer in card.answers:
        names = re.findall(r"(?<![a-z])[btv](?![a-z.])|\d", re.sub(r"(?<=[bt])x", " ", answer.lower()))
        index = labels.reshape([sizes.get(name) or int(name) for name in names])
        assert np.take_along_axis(p, index, axis=-1).squeeze(-1) == approx(np.array(wanted))


def mixed_precision_step(lines: Sequence[str]) -> bool:
    """Whether the lines make the step of a clipped true gradient of the cross-entropy of logits."""
    x, y, weights, scale, rate = np.array([2.0, -1.0]), 0, np.array([[0.3, -2.0, 0.4], [0.1, 0.2, -3.0]]), 1024.0, 0.1

    def slope(logits: Array, passed: Callable[[Array], Array]) -> Array:
        return np.asarray(passed(softmax(logits) - np.eye(3)[y]))

    def through_softmax(state: State) -> None:
        p = softmax(state["logits"])
        state["logits"], state["back"] = p, lambda g: (np.diag(p) - np.outer(p, p)) @ g

    def backward(state: State) -> None:
        state["grad"] = scale * np.outer(x, slope(state["loss"], state["through"]))

    def clip(state: State) -> None:
        state["grad"] = state["grad"] * min(1.0, 1 / float(np.linalg.norm(state["grad"])))

    def unscale(state: State) -> None:
        if state["is_unscaled"] or state["is_done"]:
            raise ValueError
        state["grad"], state["is_unscaled"] = state["grad"] / scale, True

    def step(state: State) -> None:
        divided = state["grad"] / (1 if state["is_unscaled"] else scale)
        state["weights"], state["is_done"] = weights - rate * divided, True

    actions: dict[str, Callable[[State], None]] = {
        "logits = model(x)": lambda state: state.update(logits=x @ weights, back=lambda g: g),
        "criterion(logits, y)": lambda state: state.update(loss=state["logits"], through=state["back"]),
        "scaler.scale(loss).backward()": backward,
        "scaler.unscale_(opt)": unscale,
        "clip_grad_norm_": clip,
        "scaler.step(opt)": step,
        "logits.softmax(-1)": through_softmax,
    }
    state = running(lines, actions, {"is_unscaled": False, "is_done": False})
    gradient = np.outer(x, softmax(x @ weights) - np.eye(3)[y])
    assert np.linalg.norm(gradient) > 1
    wanted = weights - rate * gradient / np.linalg.norm(gradient)
    return state is not None and state["is_done"] and np.allclose(state["weights"], wanted)


@proof("pt.pytorch-training-01")
def order_of_a_training_step(card: Claim) -> None:
    """Makes the step in every order of the lines, and compares the weights."""
    assert_forced(card, mixed_precision_step)


@proof("pt.pytorch-training-02")
def steps_of_an_epoch(card: Claim) -> None:
    """Deals the samples out and takes batches until one is not full."""
    samples, devices, batch = (int(number) for number in card.numbers("front"))
    share = len(range(0, samples, devices))
    assert samples % devices == 0
    assert card.value == sum(start + batch <= share for start in range(0, share, batch))


@proof("pt.pytorch-training-06")
def loss_of_a_double_softmax(card: Claim) -> None:
    """Follows one logit that grows, and tries random ones."""
    classes = int(card.numbers("front")[0])

    def loss(logits: Array) -> float:
        return -math.log(softmax(softmax(logits))[0])

    least = loss(np.eye(classes)[0] * 500)
    assert card.value == approx(least, abs=0.005)
    assert all(loss(10 * card.rng.normal(size=classes)) > least for _ in range(500))


# ---------------------------------------------------------------- scikit-learn, TensorFlow


@proof("pt.sklearn-01")
def fits_of_a_search(card: Claim) -> None:
    """Makes the list of the fits."""
    one, two, folds = (int(number) for number in card.numbers("front"))
    fits = [*itertools.product(range(one), range(two), range(folds))]
    fits += [(0, 0, -1)] * card.front.count("`refit=True`")
    assert card.value == len(fits)


@proof("pt.sklearn-03")
def variance_of_a_forest(card: Claim) -> None:
    """The quadratic form of the covariance matrix."""

    def fits(option: str) -> bool:
        for b, rho, sigma in ((2, 0.3, 1.5), (10, 0.0, 2.0), (7, 0.8, 0.5)):
            covariance = sigma**2 * (rho * np.ones((b, b)) + (1 - rho) * np.eye(b))
            weights = np.full(b, 1 / b)
            if not math.isclose(value_of(option, B=b, rho=rho, sigma=sigma), weights @ covariance @ weights):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("pt.tensorflow-keras-01")
def parameters_of_a_network(card: Claim) -> None:
    """Builds the arrays and counts their entries."""
    widths = [int(number) for number in card.numbers("front")]
    arrays = [np.zeros(shape) for one, two in itertools.pairwise(widths) for shape in ((one, two), (two,))]
    assert "both with bias" in card.front
    assert card.value == sum(array.size for array in arrays)


@proof("pt.tensorflow-keras-02")
def traces_of_a_function(card: Claim) -> None:
    """Keeps graphs by the keys of the guide: a tensor by type and shape, a Python number by its value."""
    tensors = {"two": 2}[found(r"gets (\w+) float32 scalar tensors", card.front)]
    numbers = [float(number) for number in re.findall(r"\d\.\d", found(r"Python numbers ([\d., ]+)\.", card.front))]
    keys: list[tuple[object, ...]] = [("float32", ())] * tensors + [("value", number) for number in numbers]
    assert card.key == only(card.options, lambda option: int(found(r"^(\d)", option)) == len(set(keys)))


# ---------------------------------------------------------------- charts, web


@proof("pt.visualization-01")
def slope_of_a_power_law(card: Claim) -> None:
    """Fits a line through the logarithms."""
    compute = [value_of(tex) for tex in card.formulas("front") if tex.startswith("10^")]
    loss = [float(number) for number in re.findall(r"loss (\d+)", card.front)]
    slope = np.polyfit(np.log10(compute), np.log10(loss), 1)[0]
    assert card.value == approx(-slope, abs=0.0005)


@proof("pt.visualization-02")
def spike_in_an_average(card: Claim) -> None:
    """Averages a spike of one step and a step that stays."""
    beta = float(found(r"\\beta=([\d.]+)", card.front))
    weight, delay = (tex.split("=") for tex in card.formulas("back"))

    def averaged(losses: Sequence[float]) -> list[float]:
        return [*itertools.accumulate(losses, lambda mean, loss: beta * mean + (1 - beta) * loss, initial=0.0)]

    spike = max(averaged([1.0] + [0.0] * 50))
    assert [value_of(side, beta=beta) for side in weight] == approx([spike] * 2)
    assert [value_of(side, beta=beta) for side in delay] == approx([round(1 / spike)] * 2)
    assert 0.5 < averaged([1.0] * round(value_of(delay[1])))[-1] < 0.7


@proof("pt.web-api-01")
def status_of_a_rate_limit(card: Claim) -> None:
    """What the registry of the standard library calls the code."""
    code, named, _ = card.answers
    status = HTTPStatus(int(code))
    assert named == f"{status.value} {status.phrase}"
    assert "rate limit" in status.description
