"""When `chat` asks again, when it asks another model, and how it tells."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from tests.gateway.faults import Caller, FaultyGateway, answers, error, refuses
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program, Result
    from tests.gateway.faults import Script
    from yourouter_cli.sandbox.server import Sandbox

BROKEN = "the gateway answered 503: the sandbox answers 503, as its model's name asks"


def asked(run: Program, *scripts: Script, argv: tuple[str, ...] = ()) -> tuple[Result, FakeClock]:
    """Ask a gateway that plays *scripts*; return the result and the clock that was waited by."""
    clock = FakeClock()
    with FaultyGateway(*scripts) as faulty:
        result = run.at(faulty.base_url)("chat", "hi", "-m", "one", *argv, clock=clock)
    return result, clock


class TestAgain:
    """What may pass is tried again with the same model."""

    @pytest.mark.parametrize(
        ("model", "waits"), [("rate-limit:2", [0.01, 0.01]), ("error:503:2", [0.5, 1.0])]
    )
    def test_an_answer_at_the_third_attempt(
        self, run: Program, sandbox: Sandbox, model: str, waits: list[float]
    ) -> None:
        """A passing failure costs a wait: as long as the gateway asks, else doubling."""
        clock = FakeClock()
        result = run.at(sandbox)("chat", "hi", "-m", f"sandbox/{model}", clock=clock)

        assert (ExitCode.DONE, "hi\n") == (result.code, result.stdout)
        assert [f"sandbox/{model}"] * 3 == sandbox.models_asked
        assert waits == clock.waits
        assert 2 == result.stderr.count("note: ")

    def test_the_line_on_standard_error(self, run: Program, sandbox: Sandbox) -> None:
        """Each attempt that failed is one line: which model, why, and what follows."""
        result = run.at(sandbox)("chat", "hi", "-m", "sandbox/error:503:1")

        assert (
            f"note: `sandbox/error:503:1`: {BROKEN}; trying again in 0.5 s (attempt 2 of 3)\n"
            == result.stderr
        )

    @pytest.mark.parametrize("model", ["truncate:0", "reset:0", "error-in-stream:0"])
    def test_a_stream_that_breaks_before_any_content(
        self, run: Program, sandbox: Sandbox, model: str
    ) -> None:
        """A stream that ends before it says anything may be begun again."""
        result = run.at(sandbox)("chat", "hi", "-m", f"sandbox/{model}")

        assert ExitCode.UNREACHABLE == result.code
        assert [f"sandbox/{model}"] * 3 == sandbox.models_asked

    @pytest.mark.parametrize(
        ("model", "option"),
        [("stall:0", "--first-byte-timeout"), ("stall:0", "--idle-timeout")],
    )
    def test_a_timeout_is_tried_once_more(
        self, run: Program, sandbox: Sandbox, model: str, option: str
    ) -> None:
        """A gateway that says nothing in time is asked twice, not three times."""
        result = run.at(sandbox)(
            "chat", "hi", "-m", f"sandbox/{model}", option, "0.15", "--first-byte-timeout", "0.15"
        )

        assert ExitCode.UNREACHABLE == result.code
        assert [f"sandbox/{model}"] * 2 == sandbox.models_asked
        assert "timeout); trying once more in 0.5 s\n" in result.stderr

    def test_nobody_there_at_first(self, run: Program) -> None:
        """A connection that is cut before the reply is made again."""

        def resets(caller: Caller) -> None:
            caller.request()
            caller.reset()

        result, clock = asked(run, resets, resets, answers("here"))

        assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
        assert [0.5, 1.0] == clock.waits

    @pytest.mark.parametrize(("retries", "attempts"), [("0", 1), ("1", 2), ("4", 5)])
    def test_how_often_is_an_option(
        self, run: Program, sandbox: Sandbox, retries: str, attempts: int
    ) -> None:
        """`--retries` are the attempts after the first."""
        run.at(sandbox)("chat", "hi", "-m", "sandbox/error:503", "--retries", retries)

        assert attempts == len(sandbox.requests)

    def test_an_error_object_is_judged_by_its_own_code(self, run: Program) -> None:
        """An error inside a 200 before any content is judged as if it were the status."""

        def in_stream(code: str) -> Script:
            def script(caller: Caller) -> None:
                caller.request()
                caller.head()
                caller.frames(error("said in the stream", code))

            return script

        again, _ = asked(run, in_stream("overloaded"), answers("here"))
        refused, _ = asked(run, in_stream("invalid_request_error"), answers("here"))
        denied, _ = asked(run, in_stream("invalid_api_key"), answers("here"))
        spent, _ = asked(run, in_stream("insufficient_quota"), answers("here"))

        assert (ExitCode.DONE, "here\n") == (again.code, again.stdout)
        assert [ExitCode.REJECTED, ExitCode.DENIED, ExitCode.REJECTED] == [
            refused.code,
            denied.code,
            spent.code,
        ]

    def test_a_whole_error_under_status_200(self, run: Program) -> None:
        """A 200 that is no event stream is read whole, and may be an error."""
        result, _ = asked(
            run,
            refuses(200, "overloaded, in JSON", "server_error"),
            answers("here"),
        )

        assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
        assert "overloaded, in JSON; trying again in 0.5 s" in result.stderr

    def test_one_key_for_all_attempts(self, run: Program, sandbox: Sandbox) -> None:
        """All attempts of one operation carry one idempotency key; the next has another."""
        program = run.at(sandbox)
        program("chat", "hi", "-m", "sandbox/error:503", "--fallback", "sandbox/echo")
        program("chat", "hi", "-m", "sandbox/echo")

        keys = [seen.headers["idempotency-key"] for seen in sandbox.requests]
        assert 5 == len(keys)
        assert 1 == len(set(keys[:4]))
        assert keys[0] != keys[4]


class TestRequestedWaits:
    """What the gateway says about when to come back."""

    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({"retry-after": "7"}, 7.0),
            ({"retry-after": "1.5"}, 1.5),
            ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
            ({"retry-after": formatdate(1_700_000_020, usegmt=True)}, 20.0),
            ({"retry-after": formatdate(1_600_000_000, usegmt=True)}, 0.5),
            ({"retry-after": "soon"}, 0.5),
            ({"retry-after": "-3"}, 0.5),
            ({"retry-after": "60"}, 60.0),
        ],
    )
    def test_the_wait_is_what_was_asked_for(
        self, run: Program, headers: dict[str, str], wait: float
    ) -> None:
        """Milliseconds, seconds or a date win over the computed wait; nonsense does not."""
        result, clock = asked(run, refuses(503, **headers), answers("here"))

        assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
        assert [pytest.approx(wait)] == clock.waits

    def test_a_long_wait_is_reported(self, run: Program) -> None:
        """More than 60 s is not waited for."""
        result, clock = asked(run, refuses(429, "come back later", Retry_After="61"))

        assert ExitCode.UNREACHABLE == result.code
        assert (
            "yourouter: the gateway answered 429: come back later (it asks to wait 61 s)\n"
            == result.stderr
        )
        assert [] == clock.waits

    def test_a_long_wait_is_a_reason_for_the_next_model(self, run: Program) -> None:
        """Where another model may be asked, it is asked instead of waiting."""
        result, clock = asked(
            run,
            refuses(429, "come back later", Retry_After="3600"),
            answers("here"),
            argv=("--fallback", "two"),
        )

        assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
        assert "note: `one`: the gateway answered 429: come back later; using `two`\n" == (
            result.stderr
        )
        assert [] == clock.waits

    @pytest.mark.parametrize("headers", [{"retry-after": "30"}, {}])
    def test_a_wait_past_the_total_clock_is_not_begun(
        self, run: Program, headers: dict[str, str]
    ) -> None:
        """A wait that `--timeout` does not leave time for is not announced, made or listed."""
        result, clock = asked(
            run, refuses(429, "slow", **headers), argv=("--timeout", "0.4", "--json")
        )

        seconds = headers.get("retry-after", "0.5")
        assert (ExitCode.UNREACHABLE, []) == (result.code, clock.waits)
        assert [] == result.notices
        assert (
            f"the gateway answered 429: slow; waiting {float(seconds):.1f} s to try again takes"
            " longer than 0.4 s (total timeout)"
        ) == result.error["message"]
        assert (429, "rate_limit") == (result.error["status"], result.error["kind"])
        assert [0] == [attempt["waited_ms"] for attempt in result.error["attempts"]]

    def test_a_wait_past_the_total_clock_is_a_reason_for_the_next_model(self, run: Program) -> None:
        """Where another model may be asked in the time there is, it is."""
        result, clock = asked(
            run,
            refuses(429, "slow", Retry_After="30"),
            answers("here"),
            argv=("--timeout", "20", "--fallback", "two"),
        )

        assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
        assert result.stderr.startswith("note: `one`: the gateway answered 429: slow; waiting 30.0")
        assert result.stderr.endswith("(total timeout); using `two`\n")
        assert [] == clock.waits

    @pytest.mark.parametrize(
        ("status", "word", "attempts", "code"),
        [
            (503, "false", 1, ExitCode.UNREACHABLE),
            (400, "true", 2, ExitCode.DONE),
            (400, "maybe", 1, ExitCode.REJECTED),
        ],
    )
    def test_the_gateways_explicit_word(
        self, *, run: Program, status: int, word: str, attempts: int, code: ExitCode
    ) -> None:
        """`x-should-retry` overrides what the status would mean."""
        with FaultyGateway(refuses(status, X_Should_Retry=word), answers("here")) as faulty:
            result = run.at(faulty.base_url)("chat", "hi", "-m", "one")

        assert code == result.code
        assert attempts == faulty.connections


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
