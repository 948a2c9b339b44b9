"""Keys: never shown, and fetched from where they are kept."""

from __future__ import annotations

import copy
import os
import pickle
import stat
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.settings import secret
from yourouter_cli.settings.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-canary-2718281828459045"


class TestSecret:
    def test_shows_nothing_of_itself(self) -> None:
        """However a secret is turned into text, the key is not in it."""
        key = Secret(KEY)

        shown = [
            repr(key),
            str(key),
            f"{key}",
            f"{key!r:>40}",
            f"{[key]}",
            f"{key:>30}",
        ]

        assert [] == [text for text in shown if "canary" in text or "sk-" in text]

    @pytest.mark.parametrize("way", [pickle.dumps, copy.deepcopy])
    def test_is_not_serialised(self, way: object) -> None:
        """A secret cannot leave the process by pickling."""
        assert callable(way)
        with pytest.raises(TypeError, match="not pickled"):
            way(Secret(KEY))

    def test_has_no_attributes_to_dump(self) -> None:
        """`vars()` finds nothing in it."""
        assert not hasattr(Secret(KEY), "__dict__")

    def test_is_revealed_on_request(self) -> None:
        """One method gives the key, without the newline that files end with."""
        assert KEY == Secret(f" {KEY}\r\n").reveal()

    @pytest.mark.parametrize(
        ("key", "masked"), [("short", "********"), ("a" * 19, "********"), (KEY, "sk-…9045")]
    )
    def test_only_the_ends_of_a_long_key_are_shown(self, key: str, masked: str) -> None:
        """A mask is enough to tell two keys apart, and nothing of a short one."""
        assert masked == Secret(key).masked

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "  \n",
            f"{KEY}\n{KEY}",
            f"{KEY} {KEY}",
            f"{KEY}\x00",
            f"{KEY}é",
            f"{KEY}\x7f",
            "\x1b[31m" + KEY,
        ],
    )
    def test_what_cannot_be_a_key_is_refused_without_showing_it(self, text: str) -> None:
        """Two lines, blanks, control and non-ASCII characters are no key; none is printed."""
        with pytest.raises(ConfigProblem) as caught:
            Secret(text, source="`api_key`")

        assert "canary" not in caught.value.message
        assert caught.value.message.startswith("the key from `api_key` is ")


class TestFromEnvironment:
    def test_reads_the_variable(self) -> None:
        """`api_key_env` names the variable."""
        assert KEY == secret.from_environment("MINE", {"MINE": KEY}).reveal()

    @pytest.mark.parametrize("environ", [{}, {"MINE": ""}])
    def test_names_a_variable_that_is_not_set(self, environ: dict[str, str]) -> None:
        """An unset or empty variable is an error that names it."""
        with pytest.raises(ConfigProblem, match="the environment variable `MINE` is not set"):
            secret.from_environment("MINE", environ)


class TestFromCommand:
    def test_takes_what_the_command_prints(self) -> None:
        """The standard output of the command, stripped, is the key."""
        command = [sys.executable, "-c", f"print('{KEY}')"]

        assert KEY == secret.from_command(command, os.environ).reveal()

    def test_no_shell_is_involved(self) -> None:
        """Arguments reach the program as they are; nothing is expanded."""
        program = "import sys; print(sys.argv[1])"
        command = [sys.executable, "-c", program, "$HOME;echo"]

        assert "$HOME;echo" == secret.from_command(command, os.environ).reveal()

    def test_gets_the_session_s_environment_and_no_input(self) -> None:
        """The command sees the environment of the session, and never the user's piped prompt."""
        program = "import os, sys; print(os.environ['MINE'] + sys.stdin.read())"
        command = [sys.executable, "-c", program]

        assert "abc" == secret.from_command(command, {**os.environ, "MINE": "abc"}).reveal()

    def test_is_given_a_time_limit(self) -> None:
        """A command that does not end is ended, and named."""
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        began = time.monotonic()

        with pytest.raises(ConfigProblem, match=r"of api_key_command ran longer than 0\.2 s"):
            secret.from_command(command, os.environ, seconds=0.2)

        assert time.monotonic() - began < 10

    def test_what_it_leaves_running_is_not_waited_for(self) -> None:
        """The time limit holds also for a pipe that something else keeps open."""
        command = ["sh", "-c", "sleep 5 & echo abc"]
        began = time.monotonic()

        with pytest.raises(ConfigProblem, match=r"ran longer than 0\.2 s"):
            secret.from_command(command, os.environ, seconds=0.2)

        assert time.monotonic() - began < 4

    @pytest.mark.parametrize(
        ("program", "message"),
        [
            (f"print('{KEY}'); raise SystemExit(3)", "ended with exit code 3"),
            (
                f"print('{KEY}', flush=True); import os; os.kill(os.getpid(), 9)",
                "ended by signal 9",
            ),
            ("", "is empty"),
            (f"print('{KEY}'); print('{KEY}')", "not one word"),
            ("import sys; sys.stdout.buffer.write(b'\\xff')", "is not text"),
            (f"print('{KEY}' * 4000)", "prints more than 64 KB"),
            (f"while True: print('{KEY}' * 4000)", "prints more than 64 KB"),
        ],
    )
    def test_a_failure_shows_nothing_of_what_was_printed(self, program: str, message: str) -> None:
        """Whatever goes wrong, the error says what, and never what the command printed."""
        with pytest.raises(ConfigProblem, match=message) as caught:
            secret.from_command([sys.executable, "-c", program], os.environ)

        assert KEY not in caught.value.message

    def test_a_command_that_is_not_there_is_named(self) -> None:
        """A missing program is named, with the setting it comes from."""
        with pytest.raises(
            ConfigProblem, match="cannot run `/no/such` of api_key_command: no such"
        ):
            secret.from_command(["/no/such"], os.environ)


class TestFromFile:
    def file(self, tmp_path: Path, text: str | bytes, mode: int = 0o600) -> Path:
        """Return a key file with this content."""
        path = tmp_path / "a key"
        path.touch(mode=mode)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def test_takes_what_the_file_holds(self, tmp_path: Path) -> None:
        """The content of the file, stripped, is the key."""
        assert KEY == secret.from_file(str(self.file(tmp_path, KEY + "\n")), {}).reveal()

    def test_a_tilde_is_the_home_directory(self, tmp_path: Path) -> None:
        """`~/` is where HOME says."""
        self.file(tmp_path, KEY)

        assert KEY == secret.from_file("~/a key", {"HOME": str(tmp_path)}).reveal()

    @pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
    def test_others_must_not_be_able_to_read_it(self, mode: int, tmp_path: Path) -> None:
        """A key file open to others is refused, with the command that closes it."""
        path = self.file(tmp_path, KEY)
        path.chmod(mode)

        with pytest.raises(ConfigProblem, match="can be read or changed by others") as caught:
            secret.from_file(str(path), {})

        assert (f"chmod 600 '{path}'",) == caught.value.hints

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b"\xff\xfe", "is not text"),
            (f"{KEY} {KEY}".encode(), "not one word"),
        ],
    )
    def test_what_holds_no_key_is_said(self, content: bytes, message: str, tmp_path: Path) -> None:
        """A file without a usable key is an error that does not show it."""
        path = self.file(tmp_path, content)

        with pytest.raises(ConfigProblem, match=message) as caught:
            secret.from_file(str(path), {})

        assert KEY not in caught.value.message

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        """A missing file is named, with the setting it comes from."""
        with pytest.raises(ConfigProblem, match="of api_key_file: no such file"):
            secret.from_file(str(tmp_path / "missing"), {})

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
    def test_a_fifo_is_refused_at_once(self, tmp_path: Path) -> None:
        """Something that is no file is not waited for."""
        os.mkfifo(tmp_path / "fifo", stat.S_IRUSR | stat.S_IWUSR)

        with pytest.raises(ConfigProblem, match="is not a file"):
            secret.from_file(str(tmp_path / "fifo"), {})


class TestFromKeyring:
    def test_the_missing_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the extra, the error says what to install."""
        monkeypatch.setitem(sys.modules, "keyring", None)

        with pytest.raises(ConfigProblem, match="needs the extra `keyring`") as caught:
            secret.from_keyring("yourouter/me")

        assert ("pip install 'yourouter-cli[keyring]'",) == caught.value.hints

    @pytest.fixture
    def keyring(self, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
        """Put a keyring in the place of the system's, as a desktop without one has none."""
        kept: dict[tuple[str, str], str] = {}
        module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
        module.get_password = lambda *entry: kept.get(entry)  # type: ignore[attr-defined] # a stand-in
        errors.KeyringError = OSError  # type: ignore[attr-defined] # as above
        monkeypatch.setitem(sys.modules, "keyring", module)
        monkeypatch.setitem(sys.modules, "keyring.errors", errors)
        return kept

    def test_asks_for_service_and_user(self, keyring: dict[tuple[str, str], str]) -> None:
        """The last slash parts service and user."""
        keyring["https://gateway.example", "me"] = KEY

        assert KEY == secret.from_keyring("https://gateway.example/me").reveal()

    @pytest.mark.usefixtures("keyring")
    def test_an_entry_that_is_not_there_is_named(self) -> None:
        """A missing entry is an error with the command that adds it."""
        with pytest.raises(
            ConfigProblem, match="the keyring has none for `yourouter/me`"
        ) as caught:
            secret.from_keyring("yourouter/me")

        assert ("keyring set yourouter me",) == caught.value.hints
