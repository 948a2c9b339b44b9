"""Which versions are at work: of this program, of Python, the system and the libraries."""

from __future__ import annotations

from typing import Any

from yourouter_cli import __version__

# As the package declares them; those of its extras may be absent.
DEPENDENCIES = (
    "typer",
    "rich",
    "markdown-it-py",
    "httpx",
    "certifi",
    "tomli-w",
    "platformdirs",
    "prompt-toolkit",
    "orjson",
    "jsonschema",
    "numpy",
    "pyarrow",
    "keyring",
)


def versions() -> dict[str, Any]:
    """Return what a report of a problem should name, as JSON; None for a library that is absent."""
    # Imported here because few commands tell versions, and asking for them costs 40 ms.
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str | None] = {}
    for name in DEPENDENCIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return {
        "schema": 1,
        "version": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{platform.system()} {platform.machine()}",
        "dependencies": found,
    }
