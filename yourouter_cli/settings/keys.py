"""The key of a profile: fetching it, and refusing to send it where it does not belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.hints import exported
from yourouter_cli.settings import secret
from yourouter_cli.settings.addresses import origin_of
from yourouter_cli.settings.fields import DEFAULT_BASE_URL
from yourouter_cli.settings.private_file import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.settings.profile import Profile
    from yourouter_cli.settings.secret import Secret


def fetched(
    setting: str, value: Any, environ: Mapping[str, str], *, seconds: float | None = None
) -> Secret:
    """Return the key that *setting* holds or, with *value*, refers to; raises `ConfigProblem`.

    A command that prints it is given no more than *seconds*.
    """
    match setting:
        case "api_key_env":
            return secret.from_environment(value, environ)
        case "api_key_command":
            limit = secret.COMMAND_SECONDS if seconds is None else seconds
            return secret.from_command(value, environ, seconds=min(limit, secret.COMMAND_SECONDS))
        case "api_key_file":
            return secret.from_file(value, environ)
        case "api_key_keyring":
            return secret.from_keyring(value)
        case _:
            found: Secret = value
            return found


def homes(own: Mapping[str, Any]) -> list[str]:
    """Return the origins that the profile with the settings *own* is for, the gateway's first."""
    urls = [own.get("base_url", DEFAULT_BASE_URL), own.get("video_base_url")]
    return [origin_of(url) for url in urls if url]


def check_origin(url: str, profile: Profile, *, header: str | None = None) -> None:
    """Raise `ConfigProblem` when the key that *profile* keeps must not go to *url*.

    The same for a secret that it keeps in a *header*.
    """
    if origin_of(url) not in profile.homes:
        what, hint = "key", exported("YOUROUTER_API_KEY")
        if header:
            # Without those of the profile; the others can be written into the braces.
            what, hint = f"header `{header}`", "export YOUROUTER_HEADERS='{}'"
        raise ConfigProblem(
            f"the {what} of profile `{profile.name}` belongs to {profile.homes[0]} "
            f"and is not sent to {origin_of(url)}",
            hints=hint,
        )


def missing(url: str, profile: Profile) -> ConfigProblem:
    """Return the error for a *profile* without any key for *url*."""
    return ConfigProblem(
        f"no API key for {origin_of(url)}",
        hints=(_given(url, profile), 'yourouter chat -p sandbox "hello"'),
    )


def another(profile: Profile) -> str:
    """Return the command that gives *profile* another key, so that it is the one that is used."""
    setting = profile.key_setting
    value = profile.value(setting or "api_key")
    if profile.is_sandbox:
        return f"yourouter config doctor{option_for(profile.name)}"  # its key is not to be had
    if setting == "api_key_env":
        return exported(str(value.value))
    if value.variable:
        return exported("YOUROUTER_API_KEY")
    return _given(profile.base_url, profile)


def _given(url: str, profile: Profile) -> str:
    """Return the command that gives *profile* a key for *url*: to keep, if it is its own."""
    if origin_of(url) not in profile.homes:
        return exported("YOUROUTER_API_KEY")
    return f"yourouter config set{option_for(profile.name)} api_key"


def insecure(url: str, profile: str) -> ConfigProblem:
    """Return the error for a *url* over which the key of *profile* could be read."""
    return ConfigProblem(
        f"plain http to {url} would show the key to the network",
        hints=f"yourouter config set{option_for(profile)} allow_insecure_http true",
    )


def option_for(profile: str) -> str:
    """Return what a command needs to mean *profile*; nothing for the default one."""
    if profile == "default":
        return ""
    return f" -p {quoted(profile)}"
