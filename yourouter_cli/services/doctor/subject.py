"""Whom the doctor looks at, and the commands that mend what is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from shlex import quote
from typing import TYPE_CHECKING, Any

from yourouter_cli.conversation import ChatRequest, Message, Text
from yourouter_cli.dialects import load
from yourouter_cli.errors import FailureKind
from yourouter_cli.services import check
from yourouter_cli.services.ask import Route, pinned
from yourouter_cli.services.catalog import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yourouter_cli.dialects import Dialect
    from yourouter_cli.errors import Failure
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.catalog import Catalog

_CLOCKS = {"connect": "connect_timeout", "idle": "idle_timeout", "total": "timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom to ask for what, by the profile; and how its settings are mended.

    `catalog` is what is known of models. `chosen` are the settings that the user made, `variables`
    the environment's for those it makes. `option` is what a command needs to mean the same profile,
    `key_fix` the command for another key.
    """

    gateway: Gateway
    model: str
    fallback_models: tuple[str, ...]
    embedding_model: str
    dialect_name: str
    vendor: str
    key_fix: str
    catalog: Catalog
    params: Mapping[str, Any] = field(default_factory=dict)
    retries: int = 1
    chosen: frozenset[str] = frozenset()
    variables: Mapping[str, str] = field(default_factory=dict)
    option: str = ""

    @property
    def dialect(self) -> Dialect:
        """The API that is spoken."""
        return load(self.dialect_name)

    @property
    def debug(self) -> str:
        """The command that shows what is sent and what comes back."""
        return f"yourouter chat{self.option} --debug hello"

    def request(self, model: str, most_tokens: int, *, stream: bool) -> ChatRequest:
        """Return the one question that is asked."""
        return ChatRequest(
            model=model,
            messages=(Message("user", (Text(check.PROMPT),)),),
            max_tokens=most_tokens,
            params=self.params,
            stream=stream,
        )

    def route(self, model: str) -> Route:
        """Return whom to ask for *model*; nobody stands in for it."""
        return Route(
            models=(model,),
            dialect=self.dialect_name,
            vendor=pinned(self.vendor, self.dialect_name),
            retries=self.retries,
        )

    def fix(self, failure: Failure, setting: str, model: str, listed: Sequence[str]) -> str:
        """Return the command that may mend *failure*, of the *model* that *setting* names.

        *listed* are the models that the gateway says it has.
        """
        match failure.kind:
            case FailureKind.UNKNOWN_MODEL:
                return self.other(setting, model, listed)
            case FailureKind.DENIED | FailureKind.QUOTA:
                return self.key_fix
            case FailureKind.TIMEOUT:
                clock = _CLOCKS.get(failure.clock or "", "first_byte_timeout")
                return f"yourouter config set{self.option} {clock} 300"
            case FailureKind.REDIRECT | FailureKind.PROTOCOL:
                return f"yourouter config get{self.option} base_url --origin"
        return self.debug

    def other(self, setting: str, model: str, listed: Sequence[str]) -> str:
        """Return the command that names another model: the nearest, else any that is *listed*."""
        kind = "embedding" if setting == "embedding_model" else "chat"
        taken = {model, self.model, *self.fallback_models}
        ids = listed or [known.id for known in self.catalog.listed()]
        fit = [name for name in ids if name not in taken and self.catalog.facts(name).kind == kind]
        found = nearest(model, fit, 1) or (fit[:1] if listed else [])
        if not found:
            return f"yourouter models list{self.option}"
        value = found[0]
        if setting == "fallback_models":
            value = ",".join(value if one == model else one for one in self.fallback_models)
        value = quote(value)
        if variable := self.variables.get(setting):
            return f"export {variable}={value}"
        if setting == "fallback_models":
            return f"yourouter config set{self.option} fallback_models {value}"
        return f"yourouter models use{self.option} {value}"
