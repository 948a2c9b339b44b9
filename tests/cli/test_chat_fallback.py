"""When `chat` asks another model, and how it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.retrying import BROKEN, asked
from tests.gateway.faults import answers, refuses
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from tests.gateway.faults import Script
    from yourouter_cli.sandbox.server import Sandbox


class TestFallback:
    """Another model is asked, in order, when the first cannot answer."""

    def test_a_model_that_stays_down(self, run: Program, sandbox: Sandbox) -> None:
        """When the attempts are used up the next model answers, and the user is told."""
        result = run.at(sandbox)(
            "chat", "hi", "-m", "sandbox/error:503", "--fallback", "sandbox/echo", "--retries", "1"
        )

        assert (ExitCode.DONE, "hi\n") == (result.code, result.stdout)
        assert (
            f"note: `sandbox/error:503`: {BROKEN}; trying again in 0.5 s (attempt 2 of 2)\n"
            f"note: `sandbox/error:503`: {BROKEN}; using `sandbox/echo`\n" == result.stderr
        )
        assert ["sandbox/error:503"] * 2 + ["sandbox/echo"] == sandbox.models_asked

    def test_in_order(self, run: Program, sandbox: Sandbox) -> None:
        """Fallback models are asked in the order given, each once its predecessor failed."""
        chain = ["sandbox/error:500", "sandbox/no-such", "sandbox/echo"]
        result = run.at(sandbox)(
            "chat", "hi", "-m", chain[0], "--fallback", chain[1], "--fallback", chain[2],
            "--fallback", "sandbox/never", "--retries", "0",
        )  # fmt: skip

        assert (ExitCode.DONE, "hi\n") == (result.code, result.stdout)
        assert chain == sandbox.models_asked

    @pytest.mark.parametrize(
        "script",
        [
            refuses(404, "The model `one` does not exist", "model_not_found"),
            refuses(404, "not found"),
            refuses(400, "The model `one` does not exist"),
            refuses(400, "no", "model_not_found"),
        ],
    )
    def test_an_unknown_model_is_not_tried_again(self, run: Program, script: Script) -> None:
        """A model that does not exist is followed by the next at once."""
        result, clock = asked(run, script, answers("here"), argv=("--fallback", "two"))

        assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
        assert [] == clock.waits
        assert result.stderr.endswith("; using `two`\n")

    @pytest.mark.parametrize("status", [400, 401, 403, 422])
    def test_a_request_that_is_wanted_again_has_none_either(
        self, run: Program, status: int
    ) -> None:
        """`x-should-retry` brings further attempts for a rejected request, but no other model."""
        script = refuses(status, x_should_retry="true")
        result, clock = asked(run, script, script, argv=("--fallback", "two", "--retries", "1"))

        assert [0.5] == clock.waits
        assert f"yourouter: the gateway answered {status}: no\n" in result.stderr
        assert "two" not in result.stderr

    @pytest.mark.parametrize(
        ("model", "code"),
        [
            ("error:400", ExitCode.REJECTED),
            ("error:401", ExitCode.DENIED),
            ("error:402", ExitCode.REJECTED),
            ("error:403", ExitCode.DENIED),
            ("error:413", ExitCode.REJECTED),
            ("error:422", ExitCode.REJECTED),
            ("filter:0", ExitCode.REJECTED),
            ("refuse", ExitCode.REJECTED),
        ],
    )
    def test_a_request_that_is_to_blame_has_no_second_model(
        self, run: Program, sandbox: Sandbox, model: str, code: ExitCode
    ) -> None:
        """What blames the request, the key or the balance is final."""
        result = run.at(sandbox)(
            "chat", "hi", "-m", f"sandbox/{model}", "--fallback", "sandbox/echo"
        )

        assert (code, "") == (result.code, result.stdout)
        assert [f"sandbox/{model}"] == sandbox.models_asked

    def test_a_spent_quota_has_no_second_model(self, run: Program, sandbox: Sandbox) -> None:
        """A 429 that says that the quota is spent is final: the next model would not be paid."""
        result = run.at(sandbox, "quota")(
            "chat", "hi", "-m", "sandbox/echo", "--fallback", "sandbox/markdown"
        )

        assert ExitCode.REJECTED == result.code
        assert 1 == len(sandbox.requests)

    def test_all_models_down(self, run: Program, sandbox: Sandbox) -> None:
        """The last failure is the error; its attempts name every model."""
        result = run.at(sandbox)(
            "chat", "hi", "-m", "sandbox/error:503", "--fallback", "sandbox/no-such", "--json"
        )

        assert ExitCode.REJECTED == result.code
        assert ["sandbox/error:503"] * 3 + ["sandbox/no-such"] == [
            attempt["model"] for attempt in result.error["attempts"]
        ]


class TestWhoseFallbacks:
    """Who names a model wants that one; otherwise the profile's fallbacks follow."""

    DOWN = "sandbox/error:503"

    def models(self, run: Program, sandbox: Sandbox, *argv: str, **environ: str) -> list[str]:
        """Return the models asked, without repetitions."""
        run.at(sandbox).having(**environ)("chat", "hi", "--retries", "0", *argv)
        return sandbox.models_asked

    def test_the_environments_model_has_the_environments_fallbacks(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """A model from the environment is followed by `YOUROUTER_FALLBACK_MODEL`, in order."""
        asked_models = self.models(
            run,
            sandbox,
            YOUROUTER_MODEL=self.DOWN,
            YOUROUTER_FALLBACK_MODEL="sandbox/no-such, sandbox/echo",
        )

        assert [self.DOWN, "sandbox/no-such", "sandbox/echo"] == asked_models

    def test_the_profiles_model_has_the_profiles_fallbacks(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """A model from the profile is followed by the profile's fallbacks."""
        run("config", "set", "model", self.DOWN)
        run("config", "set", "fallback_models", "sandbox/echo")

        assert [self.DOWN, "sandbox/echo"] == self.models(run, sandbox)

    def test_the_default_model_has_the_default_fallback(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """With nothing said at all, the built-in model is followed by the built-in fallback."""
        assert ["gpt-4o", "gemini-2.5-flash"] == self.models(run, sandbox)

    def test_a_named_model_stands_alone(self, run: Program, sandbox: Sandbox) -> None:
        """With `-m` the fallbacks of profile and environment do not apply."""
        asked_models = self.models(
            run, sandbox, "-m", self.DOWN, YOUROUTER_FALLBACK_MODEL="sandbox/echo"
        )

        assert [self.DOWN] == asked_models

    def test_a_named_fallback_replaces_the_others(self, run: Program, sandbox: Sandbox) -> None:
        """`--fallback` is the whole list, wherever the model came from."""
        asked_models = self.models(
            run,
            sandbox,
            "--fallback",
            "sandbox/echo",
            YOUROUTER_MODEL=self.DOWN,
            YOUROUTER_FALLBACK_MODEL="sandbox/markdown",
        )

        assert [self.DOWN, "sandbox/echo"] == asked_models

    def test_no_fallback(self, run: Program, sandbox: Sandbox) -> None:
        """`--no-fallback` asks no other model."""
        assert ["gpt-4o"] == self.models(run, sandbox, "--no-fallback")

    def test_the_same_model_is_not_its_own_fallback(self, run: Program, sandbox: Sandbox) -> None:
        """A model that is named twice is asked once."""
        asked_models = self.models(
            run, sandbox, "-m", self.DOWN, "--fallback", self.DOWN, "--fallback", "sandbox/echo"
        )

        assert [self.DOWN, "sandbox/echo"] == asked_models

    def test_a_pinned_vendor_stays(self, run: Program, sandbox: Sandbox) -> None:
        """The vendor that was asked for is sent with every attempt at every model."""
        run.at(sandbox)(
            "chat", "hi", "-m", self.DOWN, "--fallback", "sandbox/echo", "--vendor", "azure"
        )

        assert ["azure"] * 4 == [seen.headers["vendor"] for seen in sandbox.requests]


class TestTellingPrograms:
    """Retries and fallbacks in JSON."""

    RETRY = {  # noqa: RUF012 - a constant
        "kind": "retry",
        "message": f"`sandbox/error:503`: {BROKEN}; trying again in 0.5 s (attempt 2 of 2)",
        "details": {"model": "sandbox/error:503", "status": 503, "wait_ms": 500},
    }
    FALLBACK = {  # noqa: RUF012 - a constant
        "kind": "fallback",
        "message": f"`sandbox/error:503`: {BROKEN}; using `sandbox/echo`",
        "details": {
            "from": "sandbox/error:503",
            "to": "sandbox/echo",
            "status": 503,
            "reason": "unavailable",
        },
    }
    ARGV = ("-m", "sandbox/error:503", "--fallback", "sandbox/echo", "--retries", "1")

    def test_attempts(self, run: Program, sandbox: Sandbox) -> None:
        """`attempts` has a row for each try, and ends with the one that answered."""
        result = run.at(sandbox)("chat", "hi", *self.ARGV, "--vendor", "v1", "--json")

        row = {"model": "sandbox/error:503", "vendor": "v1", "status": 503, "error": BROKEN}
        answered = {"model": "sandbox/echo", "vendor": "v1", "status": 200, "error": None}
        assert [
            {**row, "waited_ms": 500},
            {**row, "waited_ms": 0},
            {**answered, "waited_ms": 0},
        ] == result.json["attempts"]
        assert ("sandbox/echo", "sandbox/error:503") == (
            result.json["model"],
            result.json["requested_model"],
        )

    def test_notices_on_standard_error(self, run: Program, sandbox: Sandbox) -> None:
        """With `--json` each step is a `notice` on standard error."""
        result = run.at(sandbox)("chat", "hi", *self.ARGV, "--json")

        assert [self.RETRY, self.FALLBACK] == result.notices

    def test_notices_among_json_lines(self, run: Program, sandbox: Sandbox) -> None:
        """In JSON lines each step is an event, before the `start` of the model that answers."""
        result = run.at(sandbox)("chat", "hi", *self.ARGV, "--format", "jsonl")

        assert {"type": "notice", **self.RETRY} == result.events[0]
        assert {"type": "notice", **self.FALLBACK} == result.events[1]
        assert ["start", "text", "usage", "finish"] == [
            event["type"] for event in result.events[2:]
        ]
        assert 3 == len(result.events[-1]["attempts"])
