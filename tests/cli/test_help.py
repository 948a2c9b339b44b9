"""Help: pages of commands and topics, for people and for programs."""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import requires, version
from typing import TYPE_CHECKING

import pytest

from yourouter_cli import __version__
from yourouter_cli.cli import COMMANDS
from yourouter_cli.commands.topics import TOPICS
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from tests.driver import Program

SGR = re.compile(r"\x1b\[[0-9;]*m")


class TestPages:
    def test_a_command(self, run: Program) -> None:
        """A page has the usage, what the command does, examples, then options by what they do."""
        page = run("config", "get", "--help")

        assert (0, "") == (page.code, page.stderr)
        assert (
            "Usage: yourouter config get [OPTIONS] KEY\n"
            "\n"
            "Print the value of one setting; keys are masked, an unset one is an empty line.\n"
            "\n"
            "Examples:\n"
            "  yourouter config get model\n"
        ) == page.stdout[: page.stdout.index("  yourouter config get --origin")]
        assert "\n\nOptions:\n      --origin  Also say where each value is from.\n\n" in page.stdout
        assert page.stdout.endswith("-h --help\n")

    @pytest.mark.parametrize("argv", [["--help"], ["-h"], ["help", "chat"], ["chat", "-h"]])
    def test_every_way_to_ask(self, run: Program, argv: list[str]) -> None:
        """`--help`, `-h` and `help` show the same page, without any configuration."""
        page = run(*argv)
        asked = ["chat"] if "chat" in argv else []

        assert run(*asked, "--help").stdout == page.stdout
        assert (0, "") == (page.code, page.stderr)

    def test_no_command_at_all(self, run: Program) -> None:
        """`yourouter` alone shows what there is."""
        page = run()

        assert run("--help").stdout == page.stdout
        for name, command in COMMANDS.items():
            assert re.search(rf"^  {name} +{command.summary[:20]}", page.stdout, re.MULTILINE)

    def test_a_broken_configuration_does_not_matter(self, run: Program) -> None:
        """Help is there when nothing else works."""
        world = {"YOUROUTER_TIMEOUT": "never", "YOUROUTER_PROFILE": "nowhere"}

        assert 0 == run("chat", "--help", environ=world).code
        assert 0 == run("help", "profiles", environ=world).code

    @pytest.mark.parametrize("columns", [60, 80, 200])
    def test_it_fits(self, run: Program, columns: int) -> None:
        """Pages fit the terminal, from 60 columns on; on a wide one lines stay readable."""
        page = run("chat", "--help", tty=True, size=(columns, 24)).stdout
        plain = SGR.sub("", page)
        _, _, after = plain.partition("Routing:")

        assert max(map(len, after.splitlines())) <= min(columns, 100)

    def test_colour(self, run: Program) -> None:
        """There is colour where it is wanted, and the words are the same."""
        plain = run("chat", "--help").stdout
        coloured = run("chat", "--help", tty=True).stdout

        assert "\x1b" not in plain
        assert "\x1b[1mExamples:\x1b[0m" in coloured
        assert plain == SGR.sub("", coloured)
        assert plain == run("chat", "--help", tty=True, environ={"NO_COLOR": "1"}).stdout
        assert coloured == run("chat", "--help", environ={"FORCE_COLOR": "1"}).stdout

    @pytest.mark.parametrize("argv", [["--color", "always"], ["--color=always"]])
    def test_colour_as_asked(self, run: Program, argv: list[str]) -> None:
        """`--color` counts for help too, wherever it stands."""
        assert "\x1b[1m" in run(*argv, "chat", "--help").stdout
        assert "\x1b[1m" in run("chat", *argv, "--help").stdout
        assert "\x1b[1m" in run("chat", "--help", *argv).stdout
        assert "\x1b" not in run("chat", "--help", "--color", "never", tty=True).stdout


class TestTopics:
    def test_what_there_is(self, run: Program) -> None:
        """`yourouter help` lists topics and commands."""
        page = run("help").stdout

        for name in (*TOPICS, *COMMANDS):
            assert re.search(rf"^  {name} ", page, re.MULTILINE), name

    def test_environment(self, run: Program) -> None:
        """Every variable is listed, those of settings with the default."""
        page = run("help", "environment").stdout

        for setting in SETTINGS.values():
            assert f"  {setting.variable} " in page.replace("\n", " ")
        assert "[default: gpt-4o]" in page
        assert "NO_COLOR" in page

    def test_exit_codes(self, run: Program) -> None:
        """Every exit code is listed."""
        page = run("help", "exit-codes").stdout

        assert re.search(r"^  10   still running", page, re.MULTILINE)
        assert re.search(r"^  130  interrupted", page, re.MULTILINE)

    def test_formats(self, run: Program) -> None:
        """Every format is explained, and which command knows which."""
        page = run("help", "formats").stdout

        assert re.search(r"^  jsonl +one JSON object a line", page, re.MULTILINE)
        assert re.search(r"^  chat +text, markdown, json, jsonl$", page, re.MULTILINE)
        assert re.search(r"^  history export +markdown, json, jsonl$", page, re.MULTILINE)

    def test_profiles(self, run: Program) -> None:
        """Every setting of a profile is listed."""
        page = run("help", "profiles").stdout

        for name in SETTINGS:
            assert re.search(rf"^  {name} ", page, re.MULTILINE), name

    def test_json(self, run: Program) -> None:
        """A program gets the same as one object."""
        page = run("help", "config", "get", "--json").json

        assert {"schema", "usage", "summary", "notes", "sections"} == page.keys()
        assert "yourouter config get [OPTIONS] KEY" == page["usage"]
        assert {"title": "Options", "rows": [
            {"name": "--origin", "text": "Also say where each value is from."}
        ]} in page["sections"]  # fmt: skip
        assert run("help", "exit-codes", "--json").json["usage"] is None

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["exit-code"], "`exit-code` (did you mean `exit-codes`?)"),
            (["config", "gte"], "`config gte` (did you mean `get`?)"),
            (["chat", "more"], "`chat more`"),
        ],
    )
    def test_an_unknown_one(self, run: Program, words: list[str], told: str) -> None:
        """What there is no help about is wrong use, with the nearest topic."""
        result = run("help", *words)

        assert (2, "") == (result.code, result.stdout)
        assert f"yourouter: no help about {told}\nhint: yourouter help\n" == result.stderr


class TestVersion:
    @pytest.mark.parametrize("argv", [["--version", "--json"], ["--format", "json", "--version"]])
    def test_as_json(self, run: Program, argv: list[str]) -> None:
        """A report of a problem can name what is at work; what is absent is null."""
        result = run(*argv)

        told = json.loads(result.stdout)
        assert (0, "", 1) == (result.code, result.stderr, result.stdout.count("\n"))
        assert ["schema", "version", "python", "platform", "dependencies"] == list(told)
        assert (1, __version__) == (told["schema"], told["version"])
        assert platform.python_version() in told["python"]
        assert version("httpx") == told["dependencies"]["httpx"]

    def test_each_declared_dependency_is_told(self, run: Program) -> None:
        """What the package says it needs, or can use, is what it tells the version of."""
        requirements = requires("yourouter-cli") or []
        used = [
            line
            for line in requirements
            if "extra ==" not in line or re.search("'(data|keyring)'", line)
        ]

        told = json.loads(run("--version", "--json").stdout)["dependencies"]

        assert {re.split("[^a-z-]", line.lower())[0] for line in used} == set(told)
