"""Help in both languages, examples that work, and shell completion."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from recall import __version__
from recall.cli.app import COMMANDS
from tests.cli.program import RECALL, Outcome, Program

ROOT = Path(__file__).parents[2]


def example_of(program: Program, name: str) -> str:
    """The command line that the help of a command gives as its example, as it is printed."""
    shown = program.call(name, "--help")
    assert (shown.status, shown.err) == (0, "")
    found = re.search(r"Example: (.+)", shown.out)
    assert found, shown.out
    return found[1]


def test_help_lists_every_command_and_has_an_example(empty: Program) -> None:
    shown = empty.run("--help")
    assert (shown.status, shown.err) == (0, "")
    assert re.findall(r"^  ([a-z]+)  ", shown.out.partition("Commands:")[2], re.MULTILINE) == list(COMMANDS)
    assert "Example: recall " in shown.out
    assert empty.run("-h") == shown


def test_the_version_is_data(empty: Program) -> None:
    assert empty.run("--version").out == f"recall {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_has_an_example_of_it(empty: Program, name: str) -> None:
    assert f"recall {name}" in example_of(empty, name)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_is_there_in_chinese(chinese_help: dict[str, Outcome], name: str) -> None:
    shown = chinese_help[name]
    assert (shown.status, shown.err) == (0, "")
    assert re.search("示例：.*recall ", shown.out)
    purpose = shown.out.splitlines()[2]
    assert re.search("[\u4e00-\u9fff]", purpose), purpose


def test_the_examples_work_as_they_stand(bundled: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed one after the other in the project's folder, after two answers that can be undone."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Sync" / "recall").mkdir(parents=True)
    bundled.json("--home", tmp_path / "laptop", "due")
    bundled.json("answer", "la.rank-01", "good")
    bundled.json("answer", "la.rank-01", "good")
    for name in COMMANDS:
        if name == "completion":  # it needs a shell, see test_bash_completes_with_the_script
            continue
        for line in example_of(bundled, name).split(" && "):
            words = shlex.split(line)
            done = bundled.call(*words[1:])
            assert (words[0], done.status) == ("recall", 0), done.err


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"RECALL_LANG": "zh"}, "没有"),
        ({"RECALL_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "Nothing"),
        ({"RECALL_LANG": "", "LC_ALL": "zh_CN.UTF-8"}, "没有"),
        ({"RECALL_LANG": "", "LC_ALL": "de_DE.UTF-8"}, "Nothing"),
        ({"RECALL_LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW.UTF-8"}, "没有"),
    ],
)
def test_the_language_is_the_one_named_else_that_of_the_locale(
    empty: Program, variables: dict[str, str], words: str
) -> None:
    assert words in empty.run("due", environment=variables).out


def test_the_command_line_beats_the_environment(empty: Program) -> None:
    assert "没有" in empty.run("--lang", "zh", "due", environment={"RECALL_LANG": "en"}).out
    assert "没有" in empty.run("--lang=zh", "due", environment={"RECALL_LANG": "en"}).out


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_chinese_can_be_printed_in_any_locale(small: Program, locale: str) -> None:
    small.json("answer", "square", "easy")
    shown = small.run("--lang", "zh", "next", environment={"LC_ALL": locale})
    assert shown.status == 0
    assert shown.out.startswith("水\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_valid(empty: Program, tmp_path: Path, shell: str) -> None:
    printed = empty.run("completion", shell)
    assert (printed.status, printed.err) == (0, "")
    assert "_RECALL_COMPLETE" in printed.out
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    script = tmp_path / f"recall.{shell}"
    script.write_text(printed.out, "utf-8")
    subprocess.run([shell, "-n", script], check=True)


def complete(program: Program, words: str, **more: str) -> list[str]:
    environment = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1), **more}
    done = program.run(environment={"_RECALL_COMPLETE": "bash_complete", **environment})
    assert (done.status, done.err) == (0, "")
    return [line.partition(",")[2] for line in done.out.splitlines() if line]


def test_commands_are_completed(empty: Program) -> None:
    assert complete(empty, "recall re") == ["review", "reset", "restore"]
    assert complete(empty, "recall un") == ["undo", "unsuspend"]


def test_options_and_grades_are_completed(empty: Program) -> None:
    assert complete(empty, "recall next --st") == ["--stage"]
    assert complete(empty, "recall answer square g") == ["good"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("recall history squ", ["square"]),
        ("recall due --topic mi", ["mine"]),
        ("recall due --stage lin", ["linear-algebra"]),
    ],
)
def test_names_of_the_workspace_are_completed(small: Program, words: str, names: list[str]) -> None:
    assert complete(small, words) == names


def test_nothing_is_offered_where_the_workspace_cannot_be_opened(small: Program) -> None:
    small.configure("nonsense = 1\n")
    assert complete(small, "recall history squ") == []


def test_bash_completes_with_the_script(empty: Program) -> None:
    """The script is loaded into a real bash and asked, as the tab key would."""
    script = """
        eval "$(recall completion bash)"
        COMP_WORDS=(recall re) COMP_CWORD=1
        _recall_completion recall re recall
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    path = f"{RECALL.parent}:{empty.environment()['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], env=empty.environment(PATH=path), capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.split() == ["review", "reset", "restore"], done.stderr
