"""`yourouter config doctor`: each layer between the profile and an answer, and what mends it."""

from __future__ import annotations

from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.checks import Check, Finding, Report
from yourouter_cli.commands import reporting
from yourouter_cli.commands.documents import write_json
from yourouter_cli.errors import AnswerUnexpected
from yourouter_cli.gateway.probe import Probe
from yourouter_cli.render.verdicts import Verdicts
from yourouter_cli.services import catalog
from yourouter_cli.services.doctor import Step, examine
from yourouter_cli.services.doctor.network import Network
from yourouter_cli.services.doctor.shell import check_completion, check_version
from yourouter_cli.services.doctor.subject import Subject
from yourouter_cli.services.doctor.visit import Visit
from yourouter_cli.settings import checkup
from yourouter_cli.settings.keys import another, option_for
from yourouter_cli.settings.origin import Origin
from yourouter_cli.settings.private_file import quoted

if TYPE_CHECKING:
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile

_MODELS = ("model", "fallback_models", "embedding_model")
# One hiccup is forgiven, a second is a finding.
_RETRIES = 1


def doctor(session: Session, *, offline: bool, junit: str | None) -> None:
    """Look at every layer, show what was found, and raise when something is broken."""
    reporting.check_path(junit, session)
    steps = _steps(session)
    began, started = session.clock.now(), session.clock.monotonic()
    hidden = session.common.speaks_json or junit == "-"
    checks: list[Check] = []
    with Verdicts(session.streams, (step.name for step in steps), hidden=hidden) as shown:
        for check in examine(steps, session.clock, offline=offline, begin=shown.begin):
            checks.append(check)
            shown.show(check)
    seconds = session.clock.monotonic() - started
    report = Report(name="config.doctor", checks=tuple(checks), began=began, seconds=seconds)
    if session.common.speaks_json:
        checks_json = [asdict(check) for check in checks]
        write_json(session, {"schema": 1, "ok": not report.failed, "checks": checks_json})
    if junit:
        reporting.write_junit(junit, report, session)
    if report.failed:
        names = ", ".join(f"`{check.name}`" for check in report.failed)
        raise AnswerUnexpected(f"the doctor found something broken: {names}")


def _steps(session: Session) -> list[Step]:
    """Return all there is to look at, in the order in which one thing needs the other."""
    patient = _Patient(session)
    network = Network(
        patient.probe,
        session.environ,
        now=session.clock.now,
        option=lambda: option_for(patient.profile.name),
    )
    visit = Visit(patient.subject)
    way = ("profile", "dns", "tcp", "tls", "proxy")
    return [
        Step("file", patient.file, fix=patient.file_fix),
        Step("profile", patient.resolved, ("file",), fix=lambda: "yourouter config edit"),
        Step("key", patient.key, ("profile",), fix=patient.key_fix),
        Step("dns", network.dns, ("profile",), is_remote=True),
        Step("tcp", network.tcp, ("dns",), is_remote=True),
        Step("tls", network.tls, ("tcp",), is_remote=True),
        Step("proxy", network.proxy, ("profile",)),
        Step("auth", visit.auth, ("key", *way), is_remote=True),
        Step("models", visit.models, ("auth",), is_remote=True),
        Step("chat", visit.chat, ("auth",), is_remote=True),
        Step("stream", visit.stream, ("chat",), is_remote=True),
        Step("embeddings", visit.embeddings, ("auth",), is_remote=True),
        Step("fallback", visit.fallback, ("auth",), is_remote=True),
        Step("clock", visit.clock, ("key", *way), is_remote=True),
        Step("completion", patient.completion),
        Step("version", check_version),
    ]


class _Patient:
    """The session as the doctor sees it; what cannot be had raises when it is needed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._name = session.common.profile

    @cached_property
    def profile(self) -> Profile:
        return self.session.profile()

    def probe(self) -> Probe:
        profile = self.profile
        is_sandbox = profile.is_sandbox
        base_url = self.session.gateway(profile).base_url if is_sandbox else profile.base_url
        return Probe(base_url, profile.clocks, self.session.environ)

    def subject(self) -> Subject:
        profile = self.profile
        origins = {name: profile.value(name).origin for name in (*_MODELS, "retries")}
        return Subject(
            gateway=self.session.gateway(profile),
            model=profile.model,
            fallback_models=profile.fallback_models,
            embedding_model=profile.embedding_model,
            dialect_name=profile.dialect,
            vendor=profile.vendor,
            key_fix=self.key_fix(),
            catalog=catalog.load(self.session.places.models_file),
            params=profile.params,
            retries=_RETRIES if origins["retries"] is Origin.DEFAULT else profile.retries,
            chosen=frozenset(name for name in _MODELS if origins[name] is not Origin.DEFAULT),
            variables={
                name: variable for name in _MODELS if (variable := profile.value(name).variable)
            },
            option=option_for(profile.name),
        )

    def file(self) -> Finding:
        found = checkup.check_file(self.session.store, self._name, self.session.environ)
        catalog.load(self.session.places.models_file)  # raises for a `models.toml` that is broken
        return found

    def file_fix(self) -> str:
        return f"ls -l {quoted(self.session.store.path)}"

    def resolved(self) -> Finding:
        session = self.session
        return checkup.check_profile(self.profile, session.store, self._name, session.environ)

    def key(self) -> Finding:
        return checkup.check_key(self.profile)

    def completion(self) -> Finding:
        home = Path(self.session.environ.get("HOME") or "/")
        return check_completion(self.session.environ, home)

    def key_fix(self) -> str:
        """Return the command that gives another key, where the one that is used is from."""
        return another(self.profile)
