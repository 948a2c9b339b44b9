"""TAB after an installation: where the scripts are put, and what a TAB costs."""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.driver import SOURCES
from tests.e2e.shells import (
    BARE,
    COMPLETIONS,
    SCRIPTS,
    Shell,
    command,
    needs_bash,
    needs_checkout,
    needs_fish,
    needs_zsh,
    offered,
)
from tests.terminal import Terminal
from yourouter_cli.commands.completion.values import SHELLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.driver import Program

BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
MOST_SECONDS = 0.080
IMPORTED = """
import sys
from yourouter_cli.commands.completion.answer import answer_process
answer_process(sys.argv[1:])
sys.stdout.flush()
sys.stderr.write(" ".join(sys.modules))
"""
pytestmark = needs_checkout
each_shell = pytest.mark.parametrize(
    "shell",
    [
        pytest.param("bash", marks=needs_bash),
        pytest.param("zsh", marks=needs_zsh),
        pytest.param("fish", marks=needs_fish),
    ],
)


class TestInstalled:
    @each_shell
    def test_on_request(self, user: Program, tmp_path: Path, shell: str) -> None:
        """After `--install-completion` every new shell completes."""
        done = user("--install-completion", shell)

        assert (0, "") == (done.code, done.stdout)
        self.completes(user, shell, tmp_path / "work", ["-i"])

    @each_shell
    def test_by_the_wheel(self, user: Program, tmp_path: Path, shell: str) -> None:
        """What the wheel puts into `share` is found there, when it is needed."""
        if shell == "bash" and not BASH_COMPLETION.exists():
            pytest.skip("needs bash-completion")
        share = tmp_path / "prefix" / "share"
        for source, place in shared_data().items():
            if (COMPLETIONS.parent / source).is_file():
                target = tmp_path / "prefix" / place
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(COMPLETIONS.parent / source, target)
        setup = {
            "bash": [f". {BASH_COMPLETION}"],
            "zsh": [f"fpath=({share}/zsh/site-functions $fpath)", "autoload -Uz compinit",
                    "compinit -u -D"],
            "fish": [],
        }[shell]  # fmt: skip
        found = user.having(XDG_DATA_DIRS=f"{share}:/usr/local/share:/usr/share")
        self.completes(found, shell, tmp_path / "work", BARE[shell], *setup)

    def completes(
        self, user: Program, shell: str, work: Path, options: Sequence[str], *setup: str
    ) -> None:
        """Assert that *shell* completes, after *setup*, the first time and the second."""
        if shell == "fish":
            assert ["team:blue"] == offered(user, "yourouter chat -p te", work=work)
            return
        started = command(shell, *options)
        with Terminal(user, command=started, size=(120, 50)) as terminal:
            session = Shell(terminal, work, *setup or [":"])
            session.press("yourouter cha\t-", "yourouter chat -")
            session.press("yourouter -p te\t-", "yourouter -p team:blue -")


def shared_data() -> dict[str, str]:
    """Return what of the checkout the wheel puts where."""
    project = tomllib.loads((SOURCES / "pyproject.toml").read_text())
    wheel: dict[str, dict[str, str]] = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    return wheel["shared-data"]


def test_the_wheel_has_them_all() -> None:
    """Each script and the manual pages are put where shells and man look."""
    assert {
        "completions/yourouter.bash": "share/bash-completion/completions/yourouter",
        "completions/_yourouter": "share/zsh/site-functions/_yourouter",
        "completions/yourouter.fish": "share/fish/vendor_completions.d/yourouter.fish",
        "completions/man": "share/man/man1",
    } == shared_data()


@pytest.mark.parametrize("kind", ["profile", "model", "conversation", "task", "value"])
class TestCost:
    def test_a_tab_is_quick(self, user: Program, kind: str) -> None:
        """A TAB costs at most 80 ms of processor time."""
        argv = [sys.executable, "-m", "yourouter_cli", "__complete", kind, "", "set", "model"]
        environ = user.process_environ({"PYTHONDONTWRITEBYTECODE": ""})
        costs = []
        for _ in range(7):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(argv, env=environ, capture_output=True, check=True, timeout=30)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert done.stdout != b""
            costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

        # The least of them is what it costs; others ran on a busy machine.
        assert min(costs) <= MOST_SECONDS

    def test_nobody_is_asked(self, user: Program, kind: str) -> None:
        """A TAB loads nothing that could reach the network, or that draws, or parses commands."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            done = subprocess.run(
                [sys.executable, "-c", IMPORTED, kind, "", "yourouter", "set", "model"],
                env=user.process_environ({"YOUROUTER_BASE_URL": f"{url}/v1", "ALL_PROXY": url}),
                capture_output=True,
                text=True,
                check=True,
                timeout=30,
            )
            asked = None
            with suppress(BlockingIOError):
                asked = listener.accept()

        assert asked is None
        heavy = {"httpx", "ssl", "socket", "http", "rich", "typer", "asyncio", "prompt_toolkit"}
        assert set() == set(done.stderr.split()) & heavy


def test_shells() -> None:
    """All four shells have a script."""
    assert {"powershell", *SCRIPTS} == set(SHELLS)
