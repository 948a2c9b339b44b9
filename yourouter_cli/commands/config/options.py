"""What `yourouter config init` takes on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class InitOptions:
    """The options of `yourouter config init`; what is given is not asked for."""

    base_url: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="Where the gateway is.")
    ] = None
    model: Annotated[
        str | None, typer.Option("-m", "--model", metavar="ID", help="The model that answers.")
    ] = None
    fallback: Annotated[
        list[str] | None,
        typer.Option("--fallback", metavar="ID", help="Model to ask next; repeatable."),
    ] = None
    vendor: Annotated[
        str | None, typer.Option("--vendor", metavar="V", help="Pin one vendor, or `auto`.")
    ] = None
    api_key_env: Annotated[
        str | None,
        typer.Option("--api-key-env", metavar="NAME", help="Variable that holds the key."),
    ] = None
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Do not ask the model for a sign of life.")
    ] = False

    def given(self) -> dict[str, str]:
        """Return the settings given, as text."""
        fallback = None if self.fallback is None else ",".join(self.fallback)
        return {
            name: text
            for name, text in (
                ("base_url", self.base_url),
                ("model", self.model),
                ("fallback_models", fallback),
                ("vendor", self.vendor),
                ("api_key_env", self.api_key_env),
            )
            if text is not None
        }
