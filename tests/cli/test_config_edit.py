"""`yourouter config edit`: checked before it is kept."""

from __future__ import annotations

import shlex
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import profiles, write
from yourouter_cli.errors import ExitCode
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestEdit:
    def editor(self, tmp_path: Path, program: str) -> str:
        """Return an editor that runs *program* on `text`, the text of the file."""
        script = tmp_path / "editor.py"
        script.write_text(
            "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n"
            f"{program}\npath.write_text(text)\n"
        )
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"

    def test_what_was_edited_is_kept(self, run: Program, file: Path, tmp_path: Path) -> None:
        """A good edit becomes the configuration, and no draft is left."""
        run("config", "set", "model", "a")
        editor = self.editor(tmp_path, "text = '# mine\\n' + text.replace('\"a\"', '\"b\"')")

        result = run("config", "edit", environ={"EDITOR": editor})

        assert (f"`{file}` is changed\n", 0) == (result.stderr, result.code)
        assert '# mine\n[profiles.default]\nmodel = "b"\n' == file.read_text()
        assert 0o600 == file.stat().st_mode & 0o777
        assert {"config.toml", ".config.toml.lock"} == {path.name for path in file.parent.iterdir()}

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ("vendor =", "line 3, column 9: expected a value"),
            ('modle = "b"', "line 3: unknown setting `modle` (did you mean `model`?)"),
            ("retries = 'x'", "line 3: `retries` must be a whole number from 0 to 100"),
            ("[profiles.sandbox]", "line 3: the profile `sandbox` is built in"),
        ],
    )
    def test_a_bad_edit_is_refused_and_kept_for_another_try(
        self, wrong: str, message: str, run: Program, file: Path, tmp_path: Path
    ) -> None:
        """A bad text is exit 3; the configuration stays, the text is there at the next `edit`."""
        run("config", "set", "model", "a")
        before = file.read_text()
        draft = file.with_name("config.draft.toml")

        editor = self.editor(tmp_path, f"text += {wrong!r}")
        worse = run("config", "edit", environ={"EDITOR": editor})
        kept = draft.read_text()
        editor = self.editor(tmp_path, f"text = text.replace({wrong!r}, '# better')")
        better = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.CONFIG == worse.code
        assert message in worse.stderr
        assert f"the text is kept in `{draft}`, the configuration is as it was\n" in worse.stderr
        assert before + wrong == kept
        assert 0 == better.code
        assert f"going on with the text kept in `{draft}`\n" in better.stderr
        assert f"{before}# better" == file.read_text()
        assert before == file.with_name("config.toml.bak").read_text()
        assert not draft.exists()

    def test_what_is_no_text_is_kept(self, run: Program, file: Path, tmp_path: Path) -> None:
        """A draft in another encoding is refused with the line it is on, and kept."""
        run("config", "set", "model", "a")
        draft = file.with_name("config.draft.toml")
        editor = self.editor(tmp_path, "path.write_bytes(b'# a\\n# \\xe4\\n')\nsys.exit()")

        result = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.CONFIG == result.code
        assert f"`{draft}`, line 2: expected UTF-8 text\n" in result.stderr
        assert f"the text is kept in `{draft}`, the configuration is as it was\n" in result.stderr
        assert b"# a\n# \xe4\n" == draft.read_bytes()

    def test_a_draft_that_is_gone(self, run: Program, file: Path, tmp_path: Path) -> None:
        """An editor that takes the draft away changes nothing."""
        run("config", "set", "model", "a")
        editor = self.editor(tmp_path, "path.unlink(); sys.exit()")

        result = run("config", "edit", environ={"EDITOR": editor})

        assert (ExitCode.CONFIG, {"default": {"model": "a"}}) == (result.code, profiles(file))
        assert "config.draft.toml`: no such file or directory\n" in result.stderr

    def test_a_broken_file_can_be_mended(self, run: Program, file: Path, tmp_path: Path) -> None:
        """The command that every complaint names works on what it complains about."""
        write(file, "[profiles.default]\nmodel = \n")

        editor = self.editor(tmp_path, "text = text.replace('= ', '= \"a\"')")

        assert 0 == run("config", "edit", environ={"VISUAL": editor, "EDITOR": "false"}).code
        assert {"default": {"model": "a"}} == profiles(file)

    def test_nothing_changed_changes_nothing(self, run: Program, file: Path) -> None:
        """Leaving the editor without a change makes no file."""
        result = run("config", "edit", environ={"EDITOR": "true"})

        assert ("nothing was changed\n", 0) == (result.stderr, result.code)
        assert [] == list(file.parent.glob("*.toml"))

    def test_a_new_file_shows_what_can_be_set(
        self, run: Program, file: Path, tmp_path: Path
    ) -> None:
        """Where there is no file yet, the editor shows all settings with their defaults."""
        editor = self.editor(tmp_path, "text = text.replace('# retries = 2', 'retries = 3')")

        run("config", "edit", environ={"EDITOR": editor})

        text = file.read_text()
        assert {"profiles": {"default": {"retries": 3}}} == tomllib.loads(text)
        assert [] == [name for name in SETTINGS if name not in text]

    @pytest.mark.parametrize("editor", ["false", "/no/such/editor", "'", ""])
    def test_an_editor_that_fails_changes_nothing(
        self, editor: str, run: Program, file: Path
    ) -> None:
        """Without a working editor it is exit 2, and the configuration is as it was."""
        run("config", "set", "model", "a")

        result = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.USAGE == result.code
        assert {"default": {"model": "a"}} == profiles(file)

    def test_what_another_program_changed_meanwhile_is_not_lost(
        self, run: Program, file: Path, tmp_path: Path
    ) -> None:
        """A change made while the editor was open wins; the edited text is kept."""
        run("config", "set", "model", "a")
        editor = self.editor(
            tmp_path,
            "other = path.with_name('config.toml')\n"
            "other.write_text(other.read_text() + 'retries = 1')\ntext += '# mine'",
        )

        result = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.CONFIG == result.code
        assert "was changed by another program meanwhile" in result.stderr
        assert {"default": {"model": "a", "retries": 1}} == profiles(file)
        assert file.with_name("config.draft.toml").read_text().endswith("# mine")
