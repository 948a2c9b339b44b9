"""The manual pages, as man(1) reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from tests.driver import SOURCES
from yourouter_cli.cli import COMMANDS, app
from yourouter_cli.commands.completion.files import all_files
from yourouter_cli.commands.surface import read_all

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program

needs_man = pytest.mark.skipif(shutil.which("man") is None, reason="needs man")
needs_groff = pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES"]


def written() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    root = get_command(app)
    files = all_files(root, root.make_context("yourouter", [], resilient_parsing=True))
    return {
        name.removeprefix("man/"): text for name, text in files.items() if name.startswith("man/")
    }


PAGES = written()
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture
def page(tmp_path: Path, name: str) -> Path:
    """Return the file of the page *name*."""
    path = tmp_path / name
    path.write_text(PAGES[name], encoding="utf-8")
    return path


def read(program: Program, *command: str, columns: int = 80) -> tuple[str, str]:
    """Return what *command* writes, on a page of so many *columns*, and what it complains about."""
    done = subprocess.run(
        command,
        env=program.process_environ(
            {"MANWIDTH": f"{columns}", "MANROFFSEQ": "", "MAN_KEEP_STDERR": "1"}
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return re.sub(r".\x08", "", done.stdout), done.stderr


def test_one_for_each_command() -> None:
    """There is a page for the program and one for each command."""
    assert {"yourouter.1", *(f"yourouter-{name}.1" for name in COMMANDS)} == PAGES.keys()


@needs_man
@each_page
def test_man_has_nothing_to_complain_about(run: Program, page: Path) -> None:
    """`man --warnings` reads every page without a warning."""
    _, complaints = read(run, "man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", f"{page}")

    assert complaints == ""


@needs_groff
@each_page
def test_groff_has_nothing_to_complain_about(run: Program, page: Path) -> None:
    """groff, with every warning on, reads every page without one."""
    _, complaints = read(run, "groff", "-ww", "-man", "-Tutf8", f"{page}")

    assert complaints == ""


@needs_groff
@each_page
class TestText:
    def test_its_order(self, run: Program, page: Path, name: str) -> None:
        """Every page begins with name, synopsis, description and examples; then all the rest."""
        text, _ = read(run, "groff", "-man", "-Tascii", "-P-c", f"{page}")
        sections = re.findall(r"^[A-Z][A-Z ]+[A-Z]$", text, re.MULTILINE)

        assert SECTIONS == sections[:4]
        assert {"EXIT STATUS", "SEE ALSO"} <= set(sections)
        if name == "yourouter.1":
            assert ["COMMANDS", "OPTIONS", "ENVIRONMENT", "EXIT STATUS", "FILES", "SEE ALSO"] == (
                sections[4:]
            )

    def test_examples_are_to_the_letter(self, run: Program, page: Path, name: str) -> None:
        """Examples and options can be copied: no typographic signs, and nothing is lost."""
        text, _ = read(run, "groff", "-man", "-Tutf8", "-P-c", "-rLL=200n", f"{page}")
        root = get_command(app)
        surfaces = read_all(root, root.make_context("yourouter", [], resilient_parsing=True))
        path = tuple(name.removesuffix(".1").split("-"))
        shown = [one for one in surfaces if one.path[: len(path)] == path]
        for command in shown if len(path) > 1 else shown[:1]:
            for example in command.examples:
                assert example in text, example
            for option in command.own_options:
                for spelled in option.names:
                    assert spelled in text, spelled


@needs_man
@pytest.mark.parametrize("columns", [60, 80, 100])
@each_page
def test_no_word_is_parted(run: Program, page: Path, columns: int) -> None:
    """Words stay whole at the end of a line, so that they can be found and copied."""
    text, _ = read(run, "man", "-E", "UTF-8", "-l", f"{page}", columns=columns)

    assert [] == re.findall(r".*\u2010$", text, re.MULTILINE)


def test_man_finds_them(run: Program, tmp_path: Path) -> None:
    """`man yourouter` finds what the wheel installs."""
    if shutil.which("man") is None:
        pytest.skip("needs man")
    shutil.copytree(SOURCES / "completions" / "man", tmp_path / "share" / "man" / "man1")
    found = run.having(MANPATH=f"{tmp_path / 'share' / 'man'}")

    text, _ = read(found, "man", "yourouter")
    assert "Talk to many models through one gateway" in text
