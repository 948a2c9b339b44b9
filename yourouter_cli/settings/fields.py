"""The settings of a profile: one line each for name, kind, default, environment and meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.settings import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BASE_URL = "https://api.yourouter.ai/v1"


class Setting(NamedTuple):
    """One setting: where it comes from when a profile does not say, and what it is for."""

    name: str
    kind: kinds.Kind
    default: Any
    help: str
    environment: str = ""
    option: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return self.environment or f"YOUROUTER_{self.name.upper()}"

    @property
    def flag(self) -> str:
        """The option that sets it, as it is typed."""
        return self.option or f"--{self.name.replace('_', '-')}"

    def from_text(self, text: str) -> Any:
        """Return the value that *text* means, as it is kept in a file; raises `BadValue`."""
        value = self.kind.parse(text)
        self.kind.check(value)
        return value

    def checked(self, value: Any) -> Any:
        """Return *value* from a file or an option, as the program uses it; raises `BadValue`."""
        return self.kind.check(value)

    def shown(self, value: Any) -> str:
        """Return *value* as text that is safe to show: keys and secret headers are masked."""
        return "" if value is None else self.kind.show(value)


_ALL = (
    Setting("base_url", kinds.URL, DEFAULT_BASE_URL, "where the gateway is"),
    Setting("api_key", kinds.SECRET, None, "the key itself"),
    Setting("api_key_env", kinds.VARIABLE, None, "the variable that holds the key"),
    Setting("api_key_command", kinds.COMMAND, None, "the command that prints the key"),
    Setting("api_key_file", kinds.FILE, None, "the file that holds the key"),
    Setting("api_key_keyring", kinds.KEYRING, None, "the keyring's entry for it, service/user"),
    Setting("model", kinds.WORD, "gpt-4o", "the model that answers"),
    Setting(
        "fallback_models",
        kinds.LIST,
        ("gemini-2.5-flash",),
        "the models asked next when it does not answer",
        environment="YOUROUTER_FALLBACK_MODEL",
        option="--fallback",
    ),
    Setting("vendor", kinds.WORD, "auto", "who serves the model; auto: the gateway chooses"),
    Setting("dialect", kinds.DIALECT, "openai", "the API spoken: openai, anthropic or gemini"),
    Setting(
        "embedding_model",
        kinds.WORD,
        "text-embedding-3-small",
        "the model that turns text into vectors",
        option="--model",
    ),
    Setting(
        "video_model",
        kinds.WORD,
        "doubao-seedance-1-0-pro-250528",
        "the model that makes videos",
        option="--model",
    ),
    Setting("system", kinds.PROSE, None, "the system prompt"),
    Setting("headers", kinds.HEADERS, {}, "further request headers", option="--header"),
    Setting("params", kinds.PARAMS, {}, "further fields of the request body", option="--param"),
    Setting("connect_timeout", kinds.SECONDS, 5.0, "seconds to connect"),
    Setting("first_byte_timeout", kinds.SECONDS, 120.0, "seconds to the first byte of an answer"),
    Setting("idle_timeout", kinds.SECONDS, 60.0, "seconds between two pieces of an answer"),
    Setting("timeout", kinds.SECONDS, None, "seconds for the whole command"),
    Setting("retries", kinds.COUNT, 2, "further attempts after the first"),
    Setting("save_history", kinds.FLAG, True, "whether conversations are kept"),
    Setting("allow_insecure_http", kinds.FLAG, False, "whether the key may travel unencrypted"),
    Setting(
        "video_base_url",
        kinds.VIDEO_URL,
        None,
        "the root of the video tasks, ending in /api/v3; else on the gateway's host",
    ),
)
SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _ALL}
KEY_SETTINGS = tuple(name for name in SETTINGS if name.startswith("api_key"))
