"""Values of profiles, for their tests."""

from __future__ import annotations

KEY = "sk-canary-2718281828459045"


def profile_with(**settings: str) -> str:
    """Return a file whose default profile has *settings*, given as TOML."""
    return "[profiles.default]\n" + "".join(f"{key} = {text}\n" for key, text in settings.items())
