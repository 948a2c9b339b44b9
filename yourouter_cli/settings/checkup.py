"""Is the configuration sound: the file, the profile made from it, and where its key is from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from yourouter_cli.checks import Finding
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.private_file import quoted
from yourouter_cli.settings.schema import chosen_name, frame_faults, profile_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.settings.profile import Profile
    from yourouter_cli.settings.store import Document, Store

_SHOWN = ("base_url", "model", "fallback_models", "embedding_model", "vendor", "dialect")
_OTHERS = 0o077


def check_file(store: Store, name: str | None, environ: Mapping[str, str]) -> Finding:
    """Look at the file of *store*: who may read it, whether it can be read, what is wrong in it.

    What is wrong in a profile other than *name*, or the current one, is a warning. Raises
    `ConfigProblem` when the file cannot be read at all.
    """
    document = store.read()
    if not store.path.exists():
        return Finding("ok", f"there is none at {store.path}: the defaults apply")
    profile, _ = chosen_name(name, environ, document)
    for fault in frame_faults(document):
        raise store.problem(fault)
    profiles = document.get("profiles", {})
    if profile in profiles:
        for fault in profile_faults(document, profile):
            raise store.problem(fault)
    directory = store.path.parent
    if os.name == "posix" and directory.stat().st_mode & _OTHERS:
        seen = f"others can look into {directory}"
        return Finding("warn", seen, f"chmod 700 {quoted(directory)}")
    if elsewhere := _faults_elsewhere(document, profile):
        return Finding("warn", elsewhere, "yourouter config edit")
    count = f"{len(profiles)} profile{'' if len(profiles) == 1 else 's'}"
    return Finding("ok", f"{store.path}, {count}, for your eyes only")


def check_profile(
    profile: Profile, store: Store, name: str | None, environ: Mapping[str, str]
) -> Finding:
    """Say which profile it is and what it says, each value with its origin.

    Raises `ConfigProblem` when its base URL must not be used.
    """
    _ = (profile.base_url, profile.video_base_url)
    document = {} if name or profile.is_sandbox else store.read()
    _, source = chosen_name(name, environ, document)
    shown = []
    for setting in _SHOWN:
        value = profile.value(setting)
        text = SETTINGS[setting].shown(value.value) or "none"
        if setting == "base_url" and profile.is_sandbox:
            text = "a free port of this machine"
        shown.append(f"{setting} {text} ({value.source})")
    return Finding("ok", f"`{profile.name}` ({source}); {'; '.join(shown)}")


def check_key(profile: Profile) -> Finding:
    """Fetch the key and say where it is from, and nothing of it.

    Raises `ConfigProblem` when there is none, or none that may go to the profile's base URL.
    """
    profile.key()
    _ = profile.headers
    name = profile.key_setting
    if profile.is_sandbox or name is None:
        return Finding("ok", "the sandbox takes any")
    value = profile.value(name)
    match name:
        case "api_key":
            where = f"from {value.source}"
        case "api_key_command":
            where = f"printed by `{value.value[0]}` (api_key_command of {value.source})"
        case _:
            where = f"from `{value.value}` ({name} of {value.source})"
    return Finding("ok", where)


def _faults_elsewhere(document: Document, profile: str) -> str | None:
    """Return the first thing that is wrong in a profile that is not used, or None."""
    for other in document.get("profiles", {}):
        if other == profile:
            continue
        for fault in profile_faults(document, other):
            return f"in profile `{other}`, which is not used: {fault.message}"
    return None
