"""What is written about the program agrees: help, manual and README are true, and complete."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.architecture.sources import sources
from tests.architecture.written import (
    BY_NAME,
    COMMANDS,
    COMPLETIONS,
    README,
    each_command,
    needs_checkout,
)
from yourouter_cli.commands import topics
from yourouter_cli.errors import ExitCode
from yourouter_cli.render.pages import Lines
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.driver import Program
    from yourouter_cli.commands.surface import Command

# How the table in the specification begins; scripts and people rely on it.
MEANINGS = {
    0: "done",
    1: "unexpected",
    2: "wrong use",
    3: "configuration",
    4: "not allowed",
    5: "the request was rejected",
    6: "the gateway was not reached",
    7: "the answer is incomplete",
    8: "part of a bulk job failed",
    9: "not what was expected",
    10: "still running",
    11: "the task failed",
    129: "hung up",
    130: "interrupted",
    141: "the reader of the output went away",
    143: "terminated",
}


def is_sentence(text: str) -> bool:
    """Tell whether *text* says something, and is one sentence or more."""
    return len(text) > 8 and text[0].strip() != "" and text.endswith((".", "…"))


@each_command
def test_everything_is_explained(name: str) -> None:
    """Every command, argument and option has help: a sentence."""
    command = BY_NAME[name]

    assert is_sentence(command.summary), command.summary
    assert [] == [value.name for value in command.arguments if not is_sentence(value.help)]
    assert [] == [value.names for value in command.options if not is_sentence(value.help)]


def calls(example: str) -> Iterator[list[str]]:
    """Yield the words of each call of the program in *example*, a line for a shell."""
    words = shlex.split(re.sub(r'"?\$\(|\)"', " ", example), comments=True)
    for number, word in enumerate(words):
        if word == "yourouter":
            ends = [
                end
                for end, other in enumerate(words[number:], number)
                if other in {"|", "||", "&&", ">", "<", ";"} or other.endswith((")", ";"))
            ]
            yield words[number : min([*ends, len(words)])]


def located(words: list[str]) -> Command:
    """Return the command that *words* call; raises AssertionError for options it has not."""
    command, waits = COMMANDS[0], False
    for word in words[1:]:
        spelled = word.partition("=")[0]
        options = {name: one for one in command.options for name in (*one.names, *one.opposites)}
        if waits:
            waits = False
        elif spelled in options:
            waits = bool(options[spelled].metavar) and "=" not in word
        elif word.startswith("-") and len(word) > 1:
            assert word in {"--help", "-h"}, f"{command.name} has no option {word}"
        elif command.commands:
            command = BY_NAME[f"{command.name} {word}"]
    return command


@each_command
def test_examples(name: str) -> None:
    """Every command has examples, which call the program with options that it has."""
    examples = BY_NAME[name].examples
    called = [[located(words) for words in calls(example)] for example in examples]

    assert [] == [example for example, calls in zip(examples, called, strict=True) if not calls]
    assert called[0][0].name.startswith(name)


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_examples_of_topics(topic: str) -> None:
    """What a topic shows to type can be typed."""
    blocks = topics.page_about(topic, COMMANDS).blocks
    examples = [line for block in blocks if isinstance(block, Lines) for line in block.lines]

    assert examples
    assert all(located(words) for example in examples for words in calls(example))


def keys_of(note: str) -> list[str]:
    """Return the keys of the object that *note* shows: those of no other object within it."""
    depth, keys = 0, []
    for found in re.finditer(r'[{\[]|[}\]]|"(\w+)"', note[note.index("{") :]):
        if found[1] and depth == 1:
            keys.append(found[1])
        depth += (found[0] in "{[") - (found[0] in "}]")
        if depth == 0:
            break
    return keys


@pytest.mark.parametrize(
    "argv",
    [
        ["chat", "-p", "sandbox", "hi"],
        ["config", "get", "model"],
        ["config", "list"],
        ["config", "profiles"],
        ["config", "path"],
        ["config", "doctor", "-p", "sandbox", "--offline"],
        ["models", "list", "--catalog"],
        ["models", "show", "gpt-4o"],
        ["models", "check", "-p", "sandbox", "sandbox/echo"],
        ["history", "path"],
        ["history", "list"],
        ["video", "create", "-p", "sandbox", "a boat"],
        ["help", "profiles"],
    ],
)
def test_json_is_as_the_help_says(run: Program, argv: list[str]) -> None:
    """The help of a command lists the keys of its JSON, in their order."""
    run("chat", "-p", "sandbox", "something to list")
    words = ["yourouter", *argv]
    note = next(note for note in located(words).notes if "JSON: " in note)
    written = run(*argv, "--json").json
    sample = written[0] if isinstance(written, list) else written

    assert keys_of(note.partition("JSON: ")[2]) == list(sample)


@each_command
def test_every_option_is_in_the_help(run: Program, name: str) -> None:
    """`--help` shows every option of its command, and an example before any of them."""
    command = BY_NAME[name]
    page = run(*command.path[1:], "--help").stdout

    for option in command.options:
        for spelled in (*option.names, *option.opposites):
            assert re.search(rf"(?<![\w-]){spelled}(?![\w-])", page), spelled
    assert page.index(command.examples[0]) < page.index("\n\nCommon options")


def test_common_options_are_explained_once(run: Program) -> None:
    """What all commands share is explained by `yourouter --help`, and only named elsewhere."""
    page, other = run("--help").stdout, run("chat", "--help").stdout
    for option in COMMANDS[0].common_options:
        assert option.help[:30] in page
        assert option.help[:30] not in other


class TestExitCodes:
    """One table of exit codes, in three places."""

    def test_they_mean_what_is_specified(self) -> None:
        """Numbers and meanings are fixed."""
        assert MEANINGS.keys() == {int(code) for code in ExitCode}
        for code in ExitCode:
            assert code.meaning.startswith(MEANINGS[code]), code

    def test_help(self, run: Program) -> None:
        """`yourouter help exit-codes` lists them."""
        sections = run("help", "exit-codes", "--json").json["sections"]
        rows = next(part["rows"] for part in sections if part["title"] == "Exit codes")

        assert {code: code.meaning for code in ExitCode} == {
            int(row["name"]): row["text"] for row in rows
        }

    @needs_checkout
    def test_manual(self) -> None:
        """`man yourouter` lists them."""
        page = (COMPLETIONS / "man" / "yourouter.1").read_text()
        _, _, section = page.partition(".SH EXIT STATUS\n")
        rows = re.findall(r"^\.TP\n\\fB(\d+)\\fR\n(.*)", section.partition(".SH")[0], re.MULTILINE)

        assert {code: code.meaning for code in ExitCode} == {
            int(number): text.replace("\\-", "-") for number, text in rows
        }

    @needs_checkout
    def test_readme(self) -> None:
        """The README lists them."""
        rows = re.findall(r"^\| (\d+) \| (.*) \|$", README.read_text(), re.MULTILINE)

        assert {code: code.meaning for code in ExitCode} == {
            int(number): text for number, text in rows
        }


@needs_checkout
def test_the_readme_names_what_there_is() -> None:
    """Commands, options and variables in the README are those of the program."""
    text = README.read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", "").splitlines()]
    called = [
        located(words)
        for line in lines
        if re.search(r"(^|[\s|])yourouter ", line) and line.count("'") % 2 == 0
        for words in calls(line)
    ]
    known = {name for command in COMMANDS for one in command.options for name in one.names}
    known |= {name for command in COMMANDS for one in command.options for name in one.opposites}
    inline = re.findall(r"`[^`\n]*`", text)
    options = {name for part in inline for name in re.findall(r"(?<![\w-])--[a-z][a-z-]+", part)}
    variables = set(re.findall(r"\bYOUROUTER_[A-Z_]+\b", text))

    assert called
    assert set() == options - known - {"--help"}
    assert set() == variables - documented_variables()


def documented_variables() -> set[str]:
    """Return every variable that `yourouter help environment` lists."""
    return {
        name
        for rows in topics.variables().values()
        for names, _ in rows
        for name in names.split(", ")
    }


def test_every_variable_is_documented() -> None:
    """What the program reads from the environment is in `yourouter help environment`."""
    named = re.compile(
        r"environ(?:\.get\(|\[)\s*\"(\w+)\""  # read by name
        r"|\"((?:YOUROUTER|XDG|SSL)_[A-Z_]+|(?:[A-Z]+_)?(?:COLOR|PROXY|FORCE)|VISUAL|EDITOR)\""
    )
    read = {
        first or second
        for source in sources()
        if source.room != "sandbox"
        for first, second in named.findall(source.text)
    }
    # Of the shell, of Windows, and of shells that completion is installed for.
    others = {"PATH", "PATHEXT", "SHELL", "USERPROFILE", "PSModulePath", "PSMODULEPATH"}
    others |= {"XDG_DATA_HOME", "XDG_DATA_DIRS", "ZDOTDIR"}

    assert {"HOME", "NO_COLOR", "YOUROUTER_PROFILE", "SSL_CERT_FILE"} <= read
    assert set() == read - documented_variables() - others
    assert {setting.variable for setting in SETTINGS.values()} <= documented_variables()


def test_every_format_is_documented() -> None:
    """`yourouter help formats` explains the formats that there are, and no others."""
    rows = topics.formats_of(COMMANDS)
    used = {name for _, names in rows for name in names.split(", ")}

    assert set(topics.FORMATS) == used
    assert {command.name for command in COMMANDS if not command.commands} == {
        f"yourouter {name}" for name, _ in rows
    }


def test_every_group_takes_common_options() -> None:
    """Common options stand behind any word of a command: `yourouter config -p work list` too."""
    for command in COMMANDS:
        assert "common_profile" in {option.key for option in command.options}, command.name
