"""What scripts depend on: numbers, names, and what is declared."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.architecture.sources import NAME, PACKAGE, sources
from yourouter_cli import errors
from yourouter_cli.cli import COMMANDS
from yourouter_cli.errors import ExitCode, FailureKind, YourouterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.driver import Program

ROOT = PACKAGE.parent
# Distributions whose import has another name than they have.
OTHER_NAMES = {"yaml": "pyyaml"}
needs_checkout = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="the installed package has no pyproject.toml"
)


def test_exit_codes() -> None:
    """The numbers are fixed: scripts depend on them."""
    assert {
        "DONE": 0,
        "BUG": 1,
        "USAGE": 2,
        "CONFIG": 3,
        "DENIED": 4,
        "REJECTED": 5,
        "UNREACHABLE": 6,
        "INCOMPLETE": 7,
        "PARTIAL": 8,
        "UNEXPECTED": 9,
        "RUNNING": 10,
        "TASK_FAILED": 11,
        "HUNG_UP": 129,
        "INTERRUPTED": 130,
        "PIPE_CLOSED": 141,
        "TERMINATED": 143,
    } == {code.name: code.value for code in ExitCode}


def classes(root: type[YourouterError] = YourouterError) -> Iterator[type[YourouterError]]:
    """Yield every kind of error; what another module makes of one is that module's matter."""
    yield root
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from classes(kind)


def test_every_error_is_in_the_drawing() -> None:
    """The tree in the module's documentation names every kind, with its exit code."""
    drawn = dict(
        re.findall(r"^[│├└─ ]*(\w+) +([\d-]+)(?=[, ]|$)", errors.__doc__ or "", re.MULTILINE)
    )
    expected = {kind.__name__: str(int(kind.exit_code)) for kind in classes()}

    assert {**expected, "RequestFailed": "4-6", "Stopped": "130"} == drawn


def test_kinds_of_failures() -> None:
    """Each kind of failure has a word and an exit code; both are part of the JSON of errors."""
    assert {
        "dns": 6,
        "connect": 6,
        "tls": 6,
        "proxy": 6,
        "timeout": 6,
        "reset": 6,
        "protocol": 6,
        "truncated": 6,
        "rate_limit": 6,
        "unavailable": 6,
        "redirect": 6,
        "denied": 4,
        "unknown_model": 5,
        "quota": 5,
        "blocked": 5,
        "rejected": 5,
    } == {kind.word: int(kind.exit_code) for kind in FailureKind}


def commands(run: Program) -> dict[str, list[str]]:
    """Return the subcommands of every command; none for one that has none."""
    found: dict[str, list[str]] = {}
    for name in COMMANDS:
        _, _, rest = run(name, "--help").stdout.partition("\nCommands:\n")
        found[name] = re.findall(r"^  (\w+)", rest.partition("\n\n")[0], re.MULTILINE)
    return found


def leaves(known: dict[str, list[str]]) -> list[list[str]]:
    """Return what can be run: commands without subcommands, and subcommands."""
    alone = [[name] for name, subs in known.items() if not subs]
    return [*alone, *([name, sub] for name, subs in known.items() for sub in subs)]


def test_every_command_has_help(run: Program) -> None:
    """`--help` works everywhere, says what the command does, and shows no markup of its source."""
    known = commands(run)
    groups = [[name] for name, subs in known.items() if subs]
    for command in [[], *groups, *leaves(known)]:
        page = run(*command, "--help")

        assert (0, "") == (page.code, page.stderr), command
        assert page.stdout.split()[0] == "Usage:", command
        assert "\\b" not in page.stdout, command
        assert "\b" not in page.stdout, command
        assert re.match(r"[A-Z].{10}", page.stdout.split("\n\n")[1]), command


def test_common_options_are_taken_everywhere(run: Program) -> None:
    """Profile, format, quiet, debug, colour and no-input are options of every command."""
    for command in leaves(commands(run)):
        page = run(*command, "--help").stdout
        for option in ("--profile", "--format", "--json", "--quiet", "--debug", "--no-input"):
            assert option in page, f"{command} has no {option}"


def required(text: str) -> str:
    """Return the name of the distribution in a requirement."""
    name = text
    for mark in "<>=!~[; ":
        name = name.partition(mark)[0]
    return name.lower().replace("_", "-")


@needs_checkout
@pytest.mark.parametrize("where", ["yourouter_cli", "tests"])
def test_what_is_imported_is_declared(where: str) -> None:
    """Every distribution that is imported is declared, for users or in an extra."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = {required(text) for text in project["dependencies"]}
    chosen = extras if where == "tests" else {"data": extras["data"], "keyring": extras["keyring"]}
    declared |= {required(text) for extra in chosen.values() for text in extra}
    distributions = packages_distributions()
    own = sys.stdlib_module_names | {NAME, "tests"}
    missing = {
        f"{source.path.relative_to(ROOT)} imports {name}"
        for source in sources(ROOT / where)
        for name in source.others - own
        # What is not installed here is looked up by its import name, or by what that stands for.
        if not declared
        & {
            text.lower().replace("_", "-")
            for text in distributions.get(name, [OTHER_NAMES.get(name, name)])
        }
    }

    assert set() == missing


@needs_checkout
def test_the_house_has_no_other_rooms() -> None:
    """At the top there is what the design lists, and dotfiles."""
    listed = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}
    listed |= {"yourouter_cli", "tests", "completions"}
    made = {"build", "dist", "__pycache__", "PKG-INFO"}  # the last by a source distribution
    there = {path.name for path in Path(ROOT).iterdir() if not path.name.startswith(".")}

    assert there - made - listed == {name for name in there if name.endswith(".egg-info")}
