"""`yourouter models list` where the gateway is not asked again, or has no list."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.cli.listing import CATALOG, always, first_cells, listing
from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Says, Silence
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


DAY = 24 * 60 * 60
HTML = b"<html><head><title>Console</title></head><body>Sign in</body></html>"


class TestKept:
    def test_is_not_asked_for_again(self, run: Program, home: Path) -> None:
        """A list is kept for its user alone, and its age is told."""
        with AnsweringGateway(always(listing("a"))) as gateway:
            program = run.at(gateway.base_url)
            program("models", "list")
            result = program("models", "list", clock=FakeClock(epoch=1_700_000_000 + 185.0))

            assert 1 == len(gateway.asked)
        assert ["a"] == first_cells(result.stdout)
        assert "from HERE/v1, 3 min ago\n" == result.told
        (file,) = (home / "cache").iterdir()
        assert 0o600 == stat.S_IMODE(file.stat().st_mode)

    @pytest.mark.parametrize(
        ("age", "words"),
        [(0, "just now"), (59, "just now"), (7000, "2 h ago"), (DAY - 1, "24 h ago")],
    )
    def test_tells_its_age(self, run: Program, age: float, words: str) -> None:
        """How old a list is, is told in words."""
        with AnsweringGateway(always(listing("a"))) as gateway:
            program = run.at(gateway.base_url)
            program("models", "list", clock=FakeClock())
            result = program("models", "list", clock=FakeClock(epoch=1_700_000_000.0 + age))

        assert f"from HERE/v1, {words}\n" == result.told

    def test_is_asked_for_again_after_a_day(self, run: Program) -> None:
        """A list of yesterday is replaced."""
        answers = [listing("old"), listing("new")]
        with AnsweringGateway(lambda _: answers.pop(0)) as gateway:
            program = run.at(gateway.base_url)
            program("models", "list", clock=FakeClock())
            result = program("models", "list", clock=FakeClock(epoch=1_700_000_000.0 + DAY))

        assert ["new"] == first_cells(result.stdout)
        assert "from HERE/v1, just now\n" == result.told

    def test_stands_in_when_no_other_is_to_be_had(self, run: Program) -> None:
        """A stale list is better than none, but it is said that it is one, and why."""
        answers = [listing("old"), Says({"error": {"message": "try later"}}, 503)]
        with AnsweringGateway(
            lambda _: answers[0] if len(answers) == 1 else answers.pop(0)
        ) as gateway:
            program = run.at(gateway.base_url)
            program("models", "list", clock=FakeClock())
            later = FakeClock(epoch=1_700_000_000.0 + 3 * DAY)
            result = program("models", "list", clock=later)

            # A reading is repeated as often as any request.
            assert 4 == len(gateway.asked)
        assert ["old"] == first_cells(result.stdout)
        assert ExitCode.DONE == result.code
        assert (
            "from HERE/v1, 3 days ago (the gateway answered 503: try later;"
            " this is the last list there was)\n" == result.told
        )

    def test_is_asked_for_again_on_demand(self, run: Program) -> None:
        """`--refresh` asks although a list is kept."""
        answers = [listing("old"), listing("new")]
        with AnsweringGateway(lambda _: answers.pop(0)) as gateway:
            program = run.at(gateway.base_url)
            program("models", "list")

            assert ["new"] == first_cells(program("models", "list", "--refresh").stdout)
            assert ["new"] == first_cells(program("models", "list").stdout)

    def test_of_another_gateway_is_not_used(self, run: Program) -> None:
        """Each base URL has its own list."""
        with (
            AnsweringGateway(always(listing("a"))) as one,
            AnsweringGateway(always(listing("b"))) as other,
        ):
            assert ["a"] == first_cells(run.at(one.base_url)("models", "list").stdout)
            assert ["b"] == first_cells(run.at(other.base_url)("models", "list").stdout)

    def test_is_no_list_of_the_sandbox(self, run: Program, home: Path) -> None:
        """The built-in gateway is on another port each time: nothing is kept of it."""
        result = run("models", "list", "-p", "sandbox")

        assert "sandbox/echo" in first_cells(result.stdout)
        assert "from the sandbox, just now\n" == result.stderr
        assert not (home / "cache").exists()

    def test_where_nothing_can_be_kept(self, run: Program, home: Path) -> None:
        """A cache that cannot be written is no obstacle."""
        home.mkdir()
        (home / "cache").write_text("")
        with AnsweringGateway(always(listing("a"))) as gateway:
            result = run.at(gateway.base_url)("models", "list")

        assert ["a"] == first_cells(result.stdout)
        assert "from HERE/v1, just now\n" == result.told


class TestNoList:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (
                Says({"error": {"message": "no such route"}}, 404),
                "the gateway answered 404: no such route",
            ),
            (Says(HTML, 404), "the gateway answered 404: Console Sign in"),
            (Says({"error": "not allowed"}, 405), "the gateway answered 405: not allowed"),
            (Says(HTML), "the gateway sent not JSON: <html><head>"),
            (Says({"hello": 1}), "the gateway's answer holds no list of models to read"),
            (Says({"error": {"message": "odd"}}), "the gateway broke off: odd"),
            (
                Says(b"", 302, {"Location": "https://elsewhere.example/login"}),
                "the gateway redirects to https://elsewhere.example/login, which is not followed",
            ),
        ],
    )
    def test_the_catalogue_stands_in(self, run: Program, answer: Says, why: str) -> None:
        """A gateway without a list is no error: the built-in catalogue is shown, and why."""
        with AnsweringGateway(always(answer)) as gateway:
            result = run.at(gateway.base_url)("models", "list", "--retries", "0")

        assert ExitCode.DONE == result.code
        assert "gpt-4o" in first_cells(result.stdout)
        assert result.stderr.startswith(why)
        assert result.stderr.endswith(CATALOG)

    def test_nobody_answers(self, run: Program) -> None:
        """Waiting for a list has an end, sooner than for an answer of a model."""
        with AnsweringGateway(always(Silence())) as gateway:
            result = run.at(gateway.base_url)(
                "models", "list", "--first-byte-timeout", "0.05", "--retries", "0"
            )

        assert "gpt-4o" in first_cells(result.stdout)
        assert f"no answer from HERE within 0.05 s (first-byte timeout); {CATALOG}" == result.told

    def test_nobody_is_there(self, run: Program) -> None:
        """A gateway that is down is told from one without a list."""
        result = run.at("http://127.0.0.1:9/v1")("models", "list", "--retries", "0")

        assert "gpt-4o" in first_cells(result.stdout)
        assert (
            f"cannot connect to http://127.0.0.1:9: connection refused; {CATALOG}" == result.stderr
        )

    def test_no_key(self, run: Program) -> None:
        """Before there is a key one can see what there would be."""
        result = run("models", "list")

        assert "gpt-4o" in first_cells(result.stdout)
        assert f"no API key for https://api.yourouter.ai; {CATALOG}" == result.stderr

    @pytest.mark.parametrize(
        ("key", "code"),
        [("bad", ExitCode.DENIED), ("denied", ExitCode.DENIED), ("broke", ExitCode.REJECTED)],
    )
    def test_a_refusal_is_not_papered_over(
        self, run: Program, sandbox: Sandbox, key: str, code: ExitCode
    ) -> None:
        """A bad key or a spent balance is an error: the user can mend it."""
        result = run.at(sandbox, key)("models", "list")

        assert code == result.code
        assert "" == result.stdout
        assert result.stderr.endswith("hint: yourouter models list --catalog\n")

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Says({"error": {"message": "no"}}, 404), ExitCode.REJECTED),
            (Says(HTML), ExitCode.UNREACHABLE),
            (Says({"error": {"message": "no"}}, 503), ExitCode.UNREACHABLE),
        ],
    )
    def test_live_fails(self, run: Program, answer: Says, code: ExitCode) -> None:
        """`--live` takes nothing but the gateway's own list of now."""
        answers = [listing("a")]
        with AnsweringGateway(lambda _: answers.pop() if answers else answer) as gateway:
            program = run.at(gateway.base_url)
            assert ["a"] == first_cells(program("models", "list", "--live").stdout)

            result = program("models", "list", "--live", "--retries", "0")

        assert code == result.code
        assert "" == result.stdout

    def test_live_without_a_key(self, run: Program) -> None:
        """`--live` needs what any request needs."""
        assert ExitCode.CONFIG == run("models", "list", "--live").code
