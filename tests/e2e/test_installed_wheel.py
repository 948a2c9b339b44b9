"""The wheel alone in an environment, with the newest and with the oldest libraries."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.driver import SOURCES
from yourouter_cli import __version__
from yourouter_cli.cli import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    os.environ.get("CI") != "true",
    reason="builds and installs the program, which takes a minute: CI=true does",
)

LONGEST_SECONDS = 300
# The newest Python for which all of the oldest libraries were published.
NEWEST_FOR_OLDEST = (3, 12)
EXTRAS = "data,keyring"
EVERY_MODULE = """
import importlib, pkgutil, yourouter_cli
for module in pkgutil.walk_packages(yourouter_cli.__path__, "yourouter_cli."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


class Installed(NamedTuple):
    """An environment with the program in it, and a directory to work in."""

    environment: Path
    home: Path

    def run(self, *argv: str, stdin: bytes = b"") -> str:
        """Run the program as a user would; return standard output, having checked the rest."""
        return self.execute("yourouter", *argv, stdin=stdin)

    def execute(self, name: str, *argv: str, stdin: bytes = b"") -> str:
        """Run the program *name* of the environment; return its standard output."""
        done = subprocess.run(
            [str(self.environment / "bin" / name), *argv],
            input=stdin,
            capture_output=True,
            env={"PATH": os.defpath, "HOME": str(self.home), "LANG": "C.UTF-8"},
            cwd=self.home,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        assert 0 == done.returncode, done.stderr.decode()
        return done.stdout.decode()


def _pip(*argv: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *argv],
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert 0 == done.returncode, done.stderr


def _installed(directory: Path, *packages: str) -> Installed:
    environment, home = directory / "environment", directory / "home"
    home.mkdir()
    # Without a pip of its own, which would take longer than all else.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    _pip("--python", str(environment / "bin" / "python"), "install", "-q", *packages)
    return Installed(environment, home)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from these sources."""
    directory = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "-q", "--no-deps", "-w", str(directory), str(SOURCES))
    (found,) = directory.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def newest(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Return the program with the newest libraries, and none that is optional."""
    return _installed(tmp_path_factory.mktemp("newest"), str(wheel))


@pytest.fixture(scope="module")
def oldest(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Return the program with the oldest libraries that it is said to work with, and all extras."""
    if sys.version_info[:2] > NEWEST_FOR_OLDEST:
        pytest.skip("the oldest libraries were not published for this Python")
    directory = tmp_path_factory.mktemp("oldest")
    constraints = directory / "constraints.txt"
    constraints.write_text("\n".join(_oldest(wheel)))
    return _installed(directory, "-c", str(constraints), f"{wheel}[{EXTRAS}]")


def _oldest(wheel: Path) -> list[str]:
    """Return the oldest version of each library that *wheel* declares, but for tests."""
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = file.read(name).decode()
    declared = re.findall(r"^Requires-Dist: ([\w.-]+)(.*)$", metadata, re.MULTILINE)
    kept = [
        (library, re.search(r">=([\d.]+)", rest))
        for library, rest in declared
        if "extra ==" not in rest or any(f"'{extra}'" in rest for extra in EXTRAS.split(","))
    ]
    assert [] == [library for library, bound in kept if bound is None]
    return [f"{library}=={bound[1]}" for library, bound in kept if bound]


def check_use(installed: Installed) -> None:
    """Check that *installed* does what a newcomer tries first."""
    assert f"yourouter {__version__}\n" == installed.run("--version")
    shown = installed.run("--help")
    assert [] == [name for name in COMMANDS if f" {name} " not in shown]
    question = "Reply with exactly: connected"
    for dialect in ("openai", "anthropic", "gemini"):
        assert "connected\n" == installed.run(
            "chat", "-p", "sandbox", "--dialect", dialect, question
        )
    assert "connected\n" == installed.run("chat", "-p", "sandbox", "-c", question, "--no-stream")
    rendered = installed.run(
        "chat", "-p", "sandbox", "-m", "sandbox/markdown", "--format=markdown", "hi"
    )
    assert rendered.strip()
    vectors = [
        json.loads(line) for line in installed.run("embed", "-p", "sandbox", "a").splitlines()
    ]
    assert [384] == [len(vector["embedding"]) for vector in vectors]
    assert "sandbox/echo" in installed.run("models", "list", "-p", "sandbox")
    kept = json.loads(installed.run("history", "list", "--json"))
    assert [1, 2, 1, 1] == [entry["turns"] for entry in kept]
    installed.run("config", "set", "model", "gpt-4o")
    assert "gpt-4o\n" == installed.run("config", "get", "model")


def test_with_the_newest_libraries(newest: Installed) -> None:
    """What a user installs today works, with nothing installed besides."""
    check_use(newest)
    # Every module can be imported with nothing but what is declared.
    newest.execute("python", "-W", "error", "-c", EVERY_MODULE)


def test_with_the_oldest_libraries(oldest: Installed) -> None:
    """Every lower bound that is declared is one with which the program works, extras too."""
    check_use(oldest)
    for name in ("vectors.npy", "vectors.parquet"):
        oldest.run("embed", "-p", "sandbox", "a", "b", "-o", name)
        found = oldest.run("embed", "-p", "sandbox", "a", "--nearest", name, "--json")
        assert 0 == json.loads(found)[0]["index"]


def test_what_is_in_it(wheel: Path) -> None:
    """The wheel holds the package, its types, completions and manual, and no tests."""
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    base = f"yourouter_cli-{__version__}"
    share = f"{base}.data/data/share"
    assert {"yourouter_cli", f"{base}.dist-info", f"{base}.data"} == {
        name.partition("/")[0] for name in names
    }
    assert {
        "yourouter_cli/py.typed",
        "yourouter_cli/services/catalog.toml",
        f"{share}/bash-completion/completions/yourouter",
        f"{share}/man/man1/yourouter.1",
    } <= set(names)
