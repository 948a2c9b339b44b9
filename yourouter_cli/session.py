"""Session: the world a command runs in, handed down instead of looked up.

The only module that reads the environment. Whatever costs something to make is made on first use.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from yourouter_cli.clock import Clock
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from yourouter_cli.gateway.exchange import Key
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.sandbox.server import Sandbox
    from yourouter_cli.settings.places import Places
    from yourouter_cli.settings.profile import Profile
    from yourouter_cli.settings.store import Store
    from yourouter_cli.streams import ColorChoice
    from yourouter_cli.transcripts.store import Transcripts


@dataclass(slots=True)
class Common:
    """What the options common to all commands say; given before or after the subcommand."""

    profile: str | None = None
    format: str | None = None
    quiet: bool = False
    debug: bool = False
    color: ColorChoice = "auto"
    no_input: bool = False
    # Options that are settings too, such as `timeout`: they go into the profile's resolution.
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def speaks_json(self) -> bool:
        """Whether errors and notices on standard error are JSON."""
        return self.format in {"json", "jsonl"}


class Session:
    """Streams, environment and clock, and, made lazily from them, settings and gateway."""

    def __init__(
        self,
        *,
        streams: Streams | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self.streams = streams or Streams.system(self.environ)
        self.clock = clock or Clock()
        self.started = self.clock.monotonic()
        self.common = Common()
        self._sandbox: Sandbox | None = None
        self._gateways: list[Gateway] = []
        self._sent_by: Profile | None = None

    @cached_property
    def places(self) -> Places:
        """Where configuration, state and cache live."""
        from yourouter_cli.settings.places import Places  # 0.4 ms that --help does without

        return Places.found(self.environ)

    @cached_property
    def store(self) -> Store:
        """The configuration file."""
        from yourouter_cli.settings.store import Store  # 0.3 ms that --help does without

        return Store(self.places.config_file, clock=self.clock)

    @cached_property
    def transcripts(self) -> Transcripts:
        """The conversations that are kept; whether to keep one is for the caller to decide."""
        from yourouter_cli.transcripts.store import Transcripts  # 2 ms that settings do without

        return Transcripts(
            self.places.transcripts_file,
            clock=self.clock,
            warn=lambda message: self.tell(message, kind="warning"),
        )

    def profile(self, name: str | None = None, /, **options: Any) -> Profile:
        """Return the profile *name*, or the chosen one.

        *options* are settings given on the command line, or None.
        """
        from yourouter_cli.settings.profile import resolve  # 5 ms that --help does without

        given = {**self.common.settings, **options}
        return resolve(
            name=name or self.common.profile,
            options={key: value for key, value in given.items() if value is not None},
            environ=self.environ,
            store=self.store,
        )

    def gateway(self, profile: Profile) -> Gateway:
        """Return the way to the gateway that *profile* names; closed with the session."""
        base_url = self._sandbox_url() if profile.is_sandbox else profile.base_url
        return self._opened(profile, base_url, key=profile.key(), headers=profile.headers)

    def video_gateway(self, profile: Profile, known: Sequence[str] = ()) -> Gateway:
        """Return the way to the video tasks of *profile*: its `/api/v3`, on the gateway's host.

        *known* are the ids of tasks that an earlier sandbox made, and that this one lists as well.
        """
        # 0.1 ms that completion does without.
        from yourouter_cli.settings.addresses import origin_of

        if profile.is_sandbox:
            url = f"{origin_of(self._sandbox_url(known))}/api/v3"
        else:
            url = profile.video_base_url or f"{origin_of(profile.base_url)}/api/v3"
        headers = profile.headers_for(None if profile.is_sandbox else url)
        return self._opened(profile, url, key=profile.key(url), headers=headers)

    def keyless_gateway(self, profile: Profile, origin: str) -> Gateway:
        """Return the way to *origin* without any key or header, for links that need none.

        What links carry in their queries is not shown by `--debug` either.
        """
        return self._opened(profile, origin, key=None, headers={}, trace=self._trace_masked)

    def _opened(
        self,
        profile: Profile,
        base_url: str,
        *,
        key: Key | None,
        headers: Mapping[str, str],
        trace: Callable[[str], None] | None = None,
    ) -> Gateway:
        # 6 ms that what stays here does without.
        from yourouter_cli.gateway.transport import Gateway

        gateway = Gateway(
            base_url=base_url,
            key=key,
            clocks=profile.clocks,
            clock=self.clock,
            started=self.started,
            headers=headers,
            environ=self.environ,
            trace=(trace or self._trace) if self.common.debug else None,
        )
        self._gateways.append(gateway)
        if key is not None:
            self._sent_by = profile
        return gateway

    def new_key(self) -> str | None:
        """Return the command that gives another key than the one sent last, None before any was."""
        if self._sent_by is None:
            return None
        from yourouter_cli.settings.keys import another  # its profile has imported it

        return another(self._sent_by)

    def _trace(self, line: str) -> None:
        from yourouter_cli.render.sanitize import clean_line  # 0.5 ms, for --debug alone

        self.streams.write_error(clean_line(line) + "\n")

    def _trace_masked(self, line: str) -> None:
        from yourouter_cli.gateway.links import masked  # 0.4 ms, for --debug alone

        self._trace(masked(line))

    def tell(self, message: str, *, kind: str = "note") -> None:
        """Tell the user something on standard error, as JSON where that was asked for."""
        if self.common.quiet:
            return
        if self.common.speaks_json:
            # 5 ms that words do without.
            from yourouter_cli.events import Notice
            from yourouter_cli.render.answer import notice_line

            notice = Notice(kind=kind, message=message)
            visible = self.streams.stderr_is_terminal
            self.streams.write_error(notice_line(notice, visible=visible))
        else:
            from yourouter_cli.render.sanitize import clean_line  # 0.5 ms that silence does without

            word = "" if kind == "note" else f"{kind}: "
            self.streams.write_error(f"{word}{clean_line(message)}\n")

    def _sandbox_url(self, known_tasks: Sequence[str] = ()) -> str:
        if self._sandbox is None:
            from yourouter_cli.sandbox.server import Sandbox  # 9 ms that other profiles do without

            self._sandbox = Sandbox(clock=self.clock.now, seed_tasks=known_tasks).start()
        return self._sandbox.base_url

    def close(self) -> None:
        """Close what was opened; safe to call again."""
        if "transcripts" in self.__dict__:
            self.transcripts.close()
        while self._gateways:
            self._gateways.pop().close()
        if self._sandbox is not None:
            self._sandbox.stop()
            self._sandbox = None
