"""`yourouter --install-completion`: what it writes, and what it leaves alone."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.commands.completion.values import SHELLS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program

SCRIPTS = {
    "bash": ".local/share/bash-completion/completions/yourouter",
    "zsh": ".local/share/zsh/site-functions/_yourouter",
    "fish": ".config/fish/completions/yourouter.fish",
    "powershell": ".config/powershell/yourouter.ps1",
}
STARTUP = {"bash": ".bashrc", "zsh": ".zshrc", "powershell": ".config/powershell/profile.ps1"}


def files(home: Path) -> dict[str, str]:
    """Return the text of every file below *home*."""
    return {
        path.relative_to(home).as_posix(): path.read_text()
        for path in home.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("shell", SHELLS)
class TestEachShell:
    def test_it_says_what_it_did(self, run: Program, tmp_path: Path, shell: str) -> None:
        """The script is written, a start-up file loads it, and both are named."""
        done = run("--install-completion", shell)

        assert (0, "") == (done.code, done.stdout)
        assert {SCRIPTS[shell], *filter(None, [STARTUP.get(shell)])} == files(tmp_path).keys()
        for name in files(tmp_path):
            assert f"`{tmp_path / name}`" in done.stderr

    def test_a_second_time(self, run: Program, tmp_path: Path, shell: str) -> None:
        """Done again it changes nothing, and says so."""
        run("--install-completion", shell)
        before = files(tmp_path)
        done = run("--install-completion", shell)

        assert 0 == done.code
        assert before == files(tmp_path)
        assert f"`{tmp_path / SCRIPTS[shell]}` is up to date\n" in done.stderr

    def test_a_later_version(self, run: Program, tmp_path: Path, shell: str) -> None:
        """A script of another version is replaced; the start-up file stays."""
        run("--install-completion", shell)
        before = files(tmp_path)
        (tmp_path / SCRIPTS[shell]).write_text("old\n")
        done = run("--install-completion", shell)

        assert before == files(tmp_path)
        assert f"wrote `{tmp_path / SCRIPTS[shell]}`\n" in done.stderr


class TestStartupFile:
    def test_it_is_kept(self, run: Program, tmp_path: Path) -> None:
        """Lines are added behind those that are there; permissions and links stay."""
        real = tmp_path / "dotfiles"
        real.write_text("alias a=b")
        real.chmod(0o640)
        (tmp_path / ".bashrc").symlink_to(real)
        run("--install-completion", "bash")

        lines = real.read_text().splitlines()
        assert ["alias a=b", "# Completion of yourouter"] == lines[:2]
        assert len(lines) == 3
        assert 0o640 == stat.S_IMODE(real.stat().st_mode)
        assert (tmp_path / ".bashrc").is_symlink()

    def test_where_the_environment_says(self, run: Program, tmp_path: Path) -> None:
        """XDG_DATA_HOME, XDG_CONFIG_HOME and ZDOTDIR are respected."""
        world = {
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_CONFIG_HOME": str(tmp_path / "conf"),
            "ZDOTDIR": str(tmp_path / "zdot"),
        }
        run("--install-completion", "zsh", environ=world)
        run("--install-completion", "fish", environ=world)

        assert {
            "data/zsh/site-functions/_yourouter",
            "zdot/.zshrc",
            "conf/fish/completions/yourouter.fish",
        } == files(tmp_path).keys()

    def test_it_cannot_be_written(self, run: Program, tmp_path: Path) -> None:
        """What cannot be written is named, with why."""
        (tmp_path / ".bashrc").mkdir()
        done = run("--install-completion", "bash")

        assert 3 == done.code
        assert f"yourouter: cannot write `{tmp_path / '.bashrc'}`: is a directory\n" == done.stderr

    def test_there_is_no_home(self, run: Program) -> None:
        """Without a home directory there is nowhere to write."""
        done = run("--install-completion", "bash", environ={"HOME": ""})

        assert 3 == done.code
        assert "there is no home directory" in done.stderr


class TestWhichShell:
    @pytest.mark.parametrize(
        ("path", "shell"),
        [("/bin/bash", "bash"), ("/usr/bin/zsh", "zsh"), ("/opt/pwsh", "powershell")],
    )
    def test_the_users(self, run: Program, tmp_path: Path, path: str, shell: str) -> None:
        """Without a name it is the shell of the user."""
        done = run("--install-completion", environ={"SHELL": path})

        assert 0 == done.code
        assert SCRIPTS[shell] in files(tmp_path)

    def test_options_may_follow(self, run: Program, tmp_path: Path) -> None:
        """What begins with a dash is no name of a shell."""
        done = run("--install-completion", "-q", environ={"SHELL": "/bin/fish"})

        assert (0, "") == (done.code, done.stderr)
        assert SCRIPTS["fish"] in files(tmp_path)

    def test_an_unknown_one(self, run: Program, tmp_path: Path) -> None:
        """A shell there is no completion for is wrong use, and nothing is written."""
        for done in (
            run("--install-completion", "tcsh"),
            run("--install-completion", environ={"SHELL": "/bin/tcsh"}),
        ):
            assert 2 == done.code
            assert (
                "yourouter: no completion for the shell `tcsh`"
                " (known: `bash`, `zsh`, `fish`, `powershell`)\n"
                "hint: yourouter --install-completion bash\n"
            ) == done.stderr
        assert {} == files(tmp_path)

    def test_json(self, run: Program) -> None:
        """For a program what was done is JSON lines."""
        done = run("--install-completion", "fish", "--json")

        assert ["note", "note"] == [notice["kind"] for notice in done.notices]
