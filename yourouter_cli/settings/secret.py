"""Keys: a value that does not show itself, and the places one can be fetched from."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, cast

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.hints import exported
from yourouter_cli.settings.private_file import quoted, read_private
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from subprocess import Popen

COMMAND_SECONDS = 30
_LARGEST = 64 * 1024


class Secret:
    """A key. Printing, formatting, logging or pickling it shows nothing of it.

    Raises `ConfigProblem`, naming *source* but not the key, for what cannot travel in a header.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str, *, source: str = "the key") -> None:
        if flaw := flaw_of(text):
            raise ConfigProblem(f"the key from {source} {flaw}")
        self._text = text.strip()

    def reveal(self) -> str:
        """Return the key itself, for the one place that sends it."""
        return self._text

    @property
    def masked(self) -> str:
        """What may be shown: the two ends of a long key, nothing of a short one."""
        if len(self._text) < 20:  # noqa: PLR2004 - fewer would leave too little to guess
            return "********"
        return f"{self._text[:3]}…{self._text[-4:]}"

    def __repr__(self) -> str:
        return "Secret(********)"

    def __str__(self) -> str:
        return "********"

    def __format__(self, spec: str) -> str:
        return format("********", spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def flaw_of(text: str) -> str | None:
    """Return what keeps *text* from being a key, None when nothing does; shows nothing of it."""
    text = text.strip()
    if not text:
        return "is empty"
    if any(character <= " " or character >= "\x7f" for character in text):
        return "is not one word of plain ASCII; was it copied whole?"
    return None


def from_environment(name: str, environ: Mapping[str, str]) -> Secret:
    """Return the key that the variable *name* holds."""
    if not (text := environ.get(name)):
        raise ConfigProblem(
            f"no key: the environment variable `{name}` is not set", hints=exported(name)
        )
    return Secret(text, source=f"`{name}`")


def from_command(
    command: Sequence[str], environ: Mapping[str, str], *, seconds: float = COMMAND_SECONDS
) -> Secret:
    """Return the key that *command* prints; it is run without a shell, for at most *seconds*.

    What it says on standard error reaches the user; what it prints is in no error message.
    """
    # Imported here because it costs 2 ms and few profiles have such a command.
    import subprocess

    source = f"`{command[0]}` of api_key_command"
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,  # what is piped to us is the prompt, not for a password
            stdout=subprocess.PIPE,
            env=dict(environ),
        )
    except OSError as error:
        raise ConfigProblem(f"no key: cannot run {source}: {reason_of(error)}") from None
    try:
        printed = _printed(process, seconds)
    except subprocess.TimeoutExpired:
        raise ConfigProblem(f"no key: {source} ran longer than {seconds:g} s") from None
    finally:
        process.kill()  # of one that has ended, nothing
        process.wait()
    if len(printed) > _LARGEST:
        raise ConfigProblem(f"no key: {source} prints more than {_LARGEST // 1024} KB")
    if code := process.returncode:
        how = f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
        raise ConfigProblem(f"no key: {source} {how}")
    return Secret(_text(printed, source), source=source)


def _printed(process: Popen[bytes], seconds: float) -> bytes:
    """Return what *process* prints to its end, of far too much the beginning.

    Raises `TimeoutExpired` when that takes longer than *seconds*.
    """
    # Imported here for the same reason.
    from subprocess import TimeoutExpired
    from threading import Thread

    printed: list[bytes] = []
    pipe = cast("IO[bytes]", process.stdout)

    def read() -> None:
        with pipe:
            printed.append(pipe.read(_LARGEST + 1))
        if len(printed[0]) <= _LARGEST:
            process.wait()

    # A thread, because what the command started may hold the pipe open when it is gone itself.
    reader = Thread(target=read, daemon=True)
    reader.start()
    reader.join(seconds)
    if reader.is_alive():
        raise TimeoutExpired(process.args, seconds)
    return printed[0]


def from_file(name: str, environ: Mapping[str, str]) -> Secret:
    """Return the key that the file *name* holds; others must not be able to read it."""
    if name.startswith("~/"):
        name = environ.get("HOME", "~") + name[1:]
    source = f"`{name}` of api_key_file"
    try:
        return Secret(_text(read_private(Path(name))[:_LARGEST], source), source=source)
    except OSError as error:
        raise ConfigProblem(f"no key: cannot read {source}: {reason_of(error)}") from None


def from_keyring(entry: str) -> Secret:
    """Return the key kept in the system's keyring as *entry*, `service/user`."""
    try:
        # 35 ms that keys kept elsewhere do without.
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise ConfigProblem(
            "no key: api_key_keyring needs the extra `keyring`",
            hints="pip install 'yourouter-cli[keyring]'",
        ) from None
    service, _, user = entry.rpartition("/")
    try:
        text = keyring.get_password(service, user)
    except (KeyringError, RuntimeError) as error:
        raise ConfigProblem(f"no key: the keyring does not answer: {error}") from None
    if not text:
        raise ConfigProblem(
            f"no key: the keyring has none for `{entry}`",
            hints=f"keyring set {quoted(service)} {quoted(user)}",
        )
    return Secret(text, source=f"the keyring's `{entry}`")


def _text(data: bytes, source: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConfigProblem(f"the key from {source} is not text") from None
