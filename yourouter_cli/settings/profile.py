"""Profiles: which value each setting has, and who said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import ConfigProblem, UsageProblem
from yourouter_cli.settings import keys
from yourouter_cli.settings.addresses import is_exposed
from yourouter_cli.settings.fields import KEY_SETTINGS, SETTINGS, Setting
from yourouter_cli.settings.kinds import BadValue, flag_in
from yourouter_cli.settings.origin import Origin, Value
from yourouter_cli.settings.schema import (
    DEFAULT,
    SANDBOX,
    chosen_name,
    frame_faults,
    profile_faults,
    unknown_profile,
)
from yourouter_cli.settings.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.gateway.exchange import Clocks
    from yourouter_cli.settings.store import Document, Store

# What the built-in profile says. Chosen by name, it wins over the environment: who asks for the
# sandbox must not reach, or pay, anybody else. Port 0: it is served on any free port.
SANDBOX_VALUES: Mapping[str, Any] = {
    "base_url": "http://127.0.0.1:0/v1",
    "api_key": "sandbox",
    "model": "sandbox/echo",
    "fallback_models": [],
    "vendor": "auto",
    "dialect": "openai",
    "embedding_model": "sandbox/embed",
    "video_model": "sandbox/video",
}
_NOT_IN_SANDBOX = {*SANDBOX_VALUES, *KEY_SETTINGS, "video_base_url"}


class Profile:
    """All settings for one command, resolved."""

    def __init__(
        self,
        name: str,
        values: Mapping[str, Value],
        own: Mapping[str, Any],
        environ: Mapping[str, str],
    ) -> None:
        self.name = name
        self._values = values
        self._own = own
        self._environ = environ
        self._secret: Secret | None = None

    def value(self, name: str) -> Value:
        """Return the value of the setting *name* with its origin."""
        return self._values[name]

    @property
    def is_sandbox(self) -> bool:
        """Whether the gateway is the built-in one, started inside this process."""
        return self.name == SANDBOX and self._values["base_url"].origin is Origin.PROFILE

    @property
    def base_url(self) -> str:
        """Where the gateway is; raises `ConfigProblem` when a key must not travel there."""
        return self._safe(str(self._values["base_url"].value))

    @property
    def homes(self) -> list[str]:
        """The origins that what the profile keeps secret may go to, the gateway's first."""
        return keys.homes(self._own)

    @property
    def video_base_url(self) -> str | None:
        """The root of the video tasks, ending in `/api/v3`; None: on the host of `base_url`."""
        url = self._values["video_base_url"].value
        return None if url is None else self._safe(str(url))

    @property
    def model(self) -> str:
        """The model that answers."""
        return str(self._values["model"].value)

    @property
    def fallback_models(self) -> tuple[str, ...]:
        """The models to ask next, in order."""
        return tuple(self._values["fallback_models"].value)

    @property
    def vendor(self) -> str:
        """Who serves the model; `auto` leaves it to the gateway."""
        return str(self._values["vendor"].value)

    @property
    def dialect(self) -> str:
        """`openai`, `anthropic` or `gemini`."""
        return str(self._values["dialect"].value)

    @property
    def embedding_model(self) -> str:
        """The model that turns text into vectors."""
        return str(self._values["embedding_model"].value)

    @property
    def video_model(self) -> str:
        """The model that makes videos."""
        return str(self._values["video_model"].value)

    @property
    def system(self) -> str | None:
        """The system prompt, if any."""
        text: str | None = self._values["system"].value
        return text

    @property
    def headers(self) -> dict[str, str]:
        """Further request headers, for the profile's own base URL."""
        return self.headers_for()

    def headers_for(self, base_url: str | None = None) -> dict[str, str]:
        """Return the further request headers for *base_url*, or for the profile's own.

        Raises `ConfigProblem` when the profile keeps a secret in one that would leave its origin.
        """
        headers: dict[str, str] = self._values["headers"].value
        if headers and self._values["headers"].origin is Origin.PROFILE:
            # 0.2 ms; few profiles keep headers.
            from yourouter_cli.gateway.masking import is_telling

            for name in filter(is_telling, headers):
                keys.check_origin(base_url or self.base_url, self, header=name)
        return dict(headers)

    @property
    def params(self) -> dict[str, Any]:
        """Further fields of the request body."""
        return dict(self._values["params"].value)

    @property
    def retries(self) -> int:
        """Further attempts after the first."""
        return int(self._values["retries"].value)

    @property
    def save_history(self) -> bool:
        """Whether conversations are kept."""
        return bool(self._values["save_history"].value)

    @property
    def allow_insecure_http(self) -> bool:
        """Whether plain http is allowed to other machines."""
        return bool(self._values["allow_insecure_http"].value)

    @property
    def clocks(self) -> Clocks:
        """How long to wait, in seconds."""
        # Imported here because it costs 2 ms that what does without the network need not pay.
        from yourouter_cli.gateway.exchange import Clocks

        return Clocks(
            connect=self._values["connect_timeout"].value,
            first_byte=self._values["first_byte_timeout"].value,
            idle=self._values["idle_timeout"].value,
            total=self._values["timeout"].value,
        )

    @property
    def key_setting(self) -> str | None:
        """The setting that gives the key: `api_key`, one of the references, or None."""
        for origin in Origin:
            for name in KEY_SETTINGS:
                if self._values[name].origin is origin and self._values[name].value is not None:
                    return name
        return None

    def key(self, base_url: str | None = None) -> Secret:
        """Return the key for *base_url*, or for the profile's own when it is None.

        Fetched on first use. Raises `ConfigProblem` when there is none, when it cannot be fetched,
        and when the profile's key belongs to another origin than the one asked for.
        """
        url = base_url or self.base_url
        if self.is_sandbox:
            return Secret(SANDBOX_VALUES["api_key"])
        if (name := self.key_setting) is None:
            raise keys.missing(url, self)
        if self._values[name].origin is Origin.PROFILE:
            keys.check_origin(url, self)
        if self._secret is None:
            self._secret = keys.fetched(
                name,
                self._values[name].value,
                self._environ,
                seconds=self._values["timeout"].value,
            )
        return self._secret

    def _safe(self, url: str) -> str:
        if url.startswith("https:") or self.allow_insecure_http:
            return url
        if is_exposed(url):
            raise keys.insecure(url, self.name)
        return url


def resolve(
    *, name: str | None, options: Mapping[str, Any], environ: Mapping[str, str], store: Store
) -> Profile:
    """Return the profile *name*, else that of the environment, else the file's default one.

    Each setting comes from *options*, else the environment, else the profile, else its default.
    Raises `UsageProblem` for a bad option, `ConfigProblem` for all else. The file is not read for
    the sandbox asked for by name.
    """
    chosen, source = chosen_name(name, environ, {})
    own: Mapping[str, Any] = SANDBOX_VALUES
    if chosen == SANDBOX:
        hidden = {SETTINGS[name].variable for name in _NOT_IN_SANDBOX}
        environ = {key: text for key, text in environ.items() if key not in hidden}
    else:
        document = store.read()
        for fault in frame_faults(document):
            raise store.problem(fault)
        chosen, source = chosen_name(name, environ, document)
        if chosen != SANDBOX:
            own = _table(chosen, source, document, store)
    values = {
        key: _resolved(setting, chosen, options, environ, own) for key, setting in SETTINGS.items()
    }
    return Profile(chosen, values, own, environ)


def _table(name: str, source: str, document: Document, store: Store) -> Mapping[str, Any]:
    profiles: Mapping[str, Any] = document.get("profiles", {})
    if name not in profiles:
        if name == DEFAULT:
            return {}
        raise unknown_profile(name, document, source)
    for fault in profile_faults(document, name):
        raise store.problem(fault)
    table: Mapping[str, Any] = profiles[name]
    return table


def _resolved(
    setting: Setting,
    profile: str,
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    own: Mapping[str, Any],
) -> Value:
    name = setting.name
    try:
        if name in options:
            return Value(setting.checked(options[name]), Origin.OPTION, setting.flag)
    except BadValue as error:
        raise UsageProblem(f"`{setting.flag}` {error}") from None
    if found := _from_environment(setting, environ):
        return found
    if name in own:
        return Value(setting.checked(own[name]), Origin.PROFILE, f"profile `{profile}`")
    return Value(setting.default, Origin.DEFAULT, "default")


def _from_environment(setting: Setting, environ: Mapping[str, str]) -> Value | None:
    if setting.name == "save_history" and (word := environ.get("YOUROUTER_NO_HISTORY")):
        # As with NO_COLOR, anything but a clear no is a yes: the private reading of a doubt.
        return Value(flag_in(word) is False, Origin.ENVIRONMENT, "YOUROUTER_NO_HISTORY")
    variable = setting.variable
    if not (text := environ.get(variable)):
        return None
    try:
        value = setting.checked(setting.from_text(text))
    except BadValue as error:
        raise ConfigProblem(f"`{variable}` {error}", hints=f"unset {variable}") from None
    return Value(value, Origin.ENVIRONMENT, variable)
