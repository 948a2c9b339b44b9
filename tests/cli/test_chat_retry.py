"""When `chat` asks again, and how long it waits."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from tests.cli.retrying import BROKEN, asked
from tests.driver import FakeClock
from tests.gateway.faults import Caller, FaultyGateway, answers, error, refuses
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from tests.gateway.faults import Script
    from yourouter_cli.sandbox.server import Sandbox


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
