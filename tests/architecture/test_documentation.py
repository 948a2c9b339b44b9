"""What is written about the program agrees: help, manual, completions, README and the code."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from tests.architecture.sources import PACKAGE, sources
from yourouter_cli.cli import app
from yourouter_cli.commands import topics
from yourouter_cli.commands.completion.files import SCRIPTS, all_files
from yourouter_cli.commands.completion.values import Values, arguments_of, values_of
from yourouter_cli.commands.surface import read_all
from yourouter_cli.errors import ExitCode
from yourouter_cli.render.pages import Lines
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.driver import Program
    from yourouter_cli.commands.surface import Command

ROOT = PACKAGE.parent
README = ROOT / "README.md"
COMPLETIONS = ROOT / "completions"
needs_checkout = pytest.mark.skipif(
    not README.exists(), reason="the installed package has no README.md"
)
# What stands for text that nothing can be offered for.
FREE = {
    "AGE", "HOST", "KEY=VALUE", "MS", "N", "'NAME: VALUE'", "NUMBER", "PORT", "PROMPT", "RE",
    "SECONDS", "TEXT", "URL", "WORDS",
    # Names that are in the user's own files and variables.
    "NAME --api-key-env", "NAME --family", "NAME --field", "NAME --id-field",
}  # fmt: skip
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


def everything() -> list[Command]:
    """Return all commands there are, the root first."""
    root = get_command(app)
    return read_all(root, root.make_context("yourouter", [], resilient_parsing=True))


COMMANDS = everything()
BY_NAME = {command.name: command for command in COMMANDS}
each_command = pytest.mark.parametrize("name", BY_NAME)


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


@needs_checkout
def test_the_files_are_current() -> None:
    """`completions/` is what `python -m yourouter_cli.commands.completion` writes."""
    root = get_command(app)
    wanted = all_files(root, root.make_context("yourouter", [], resilient_parsing=True))
    there = {
        path.relative_to(COMPLETIONS).as_posix(): path.read_text(encoding="utf-8")
        for path in COMPLETIONS.rglob("*")
        if path.is_file()
    }

    assert wanted.keys() == there.keys()
    for name, text in wanted.items():
        assert text == there[name], (
            f"completions/{name} is stale: python -m yourouter_cli.commands.completion"
        )


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_word_is_in_the_completions(shell: str) -> None:
    """Every command and option is offered in every shell."""
    text = SCRIPTS[shell][1](COMMANDS)
    for command in COMMANDS:
        for option in command.options:
            for spelled in (*option.names, *option.opposites):
                bare = spelled.lstrip("-") if shell == "fish" else spelled
                assert re.search(rf"(?<![\w]){bare}(?![\w-])", text), spelled
        assert command.path[-1] in text


@each_command
def test_every_value_was_thought_of(name: str) -> None:
    """For each value it is decided what to offer on TAB, or that nothing can be."""
    command = BY_NAME[name]
    values = [
        (option.metavar, option.names[-1], values_of(command, option))
        for option in command.options
        if option.metavar
    ]
    arguments = zip(command.arguments, arguments_of(command, COMMANDS), strict=True)
    values += [(argument.name, name, offered) for argument, offered in arguments]

    unclear = [
        f"{called} {owner}"
        for called, owner, offered in values
        if offered == Values() and not {called, f"{called} {owner}"} & FREE
    ]
    assert [] == unclear


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
