"""A copy of the configuration to be edited by hand, kept until it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.settings.fields import KEY_SETTINGS, SETTINGS
from yourouter_cli.settings.private_file import replace_file
from yourouter_cli.settings.schema import faults
from yourouter_cli.settings.toml_edit import literal
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from yourouter_cli.settings.store import Store


class Draft:
    """The draft beside the file of *store*: that of an earlier, refused edit, or a fresh copy.

    A fresh one of a configuration that does not exist yet lists all settings as comments. Raises
    `ConfigProblem` when the file cannot be read or the draft not be written.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._original = store.text()
        self.path = store.path.with_name("config.draft.toml")
        self.is_resumed = self.path.exists()
        self._fresh = self._original or template()
        if not self.is_resumed:
            self._write(self._fresh)

    @property
    def is_changed(self) -> bool:
        """Whether the text differs from the configuration it was made from."""
        return self._read() != self._fresh.encode()

    def accept(self) -> None:
        """Make the draft the configuration; a bad one is kept and raises `ConfigProblem`."""
        text = self._store.decoded(self._read(), called=self.path)
        document = self._store.parse(text, called=self.path)
        for fault in faults(document):
            raise self._store.problem(fault, text, called=self.path)
        self._store.replace(self._original, text, keep=self.is_resumed)
        self.discard()

    def discard(self) -> None:
        """Remove the draft."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ConfigProblem(f"cannot read `{self.path}`: {reason_of(error)}") from error

    def _write(self, text: str) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self.path, text.encode())
        except OSError as error:
            why = reason_of(error)
            raise ConfigProblem(f"cannot write `{self.path}`: {why}") from error


def template() -> str:
    """Return a configuration that sets nothing and shows everything that can be set."""
    lines = [
        "# One table for each profile; what one does not set has the default shown here.",
        '# default_profile = "default"',
        "",
        "[profiles.default]",
    ]
    for setting in SETTINGS.values():
        shown = "" if setting.default is None else f" {literal(setting.default)}"
        if setting.name in KEY_SETTINGS[1:]:
            continue  # said once, beside the key itself
        lines.append(f"# {setting.name} ={shown}  # {setting.help}")
    lines.append(f"# a key by reference instead: {', '.join(KEY_SETTINGS[1:])}")
    return "\n".join(lines) + "\n"
