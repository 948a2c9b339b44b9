"""`video create`: an order is written down before it is sent, sent once, and never lost."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.cli.filmed import listed
from tests.driver import KEY, FakeClock
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, Silence
from tests.gateway.faults import FaultyGateway
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.faults import Caller
    from yourouter_cli.sandbox.server import Sandbox


class TestWrittenDown:
    def test_before_the_request(self, run: Program, home: Path) -> None:
        """When the gateway hears of an order, the ledger knows it already."""
        seen: list[tuple[str, ...]] = []

        def decide(_: Asked) -> Says:
            with sqlite3.connect(home / "state" / "tasks.db") as connection:
                seen.extend(connection.execute("SELECT status, prompt, profile FROM task"))
            connection.close()
            return Says({"id": "cgt-1"})

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url)("video", "create", "a boat", "-m", "m")

        assert (0, "cgt-1\n") == (result.code, result.stdout)
        assert [("unknown", "a boat", "default")] == seen
        assert ["cgt-1"] == [known["id"] for known in listed(run)]

    @pytest.mark.parametrize(
        "answer",
        [
            Silence(),
            Says({"error": {"message": "oops"}}, 500),
            Says({"error": {"message": "oops"}}, 504),
            Says(b'{"id": "cgt-1"}', sent=4),
            Says({"task": "cgt-1"}),
            Says(b"<html>"),
        ],
        ids=["silence", "500", "504", "cut", "no id", "no JSON"],
    )
    def test_an_answer_that_never_comes(self, run: Program, answer: Says | Silence) -> None:
        """An order of which nobody knows is sent once, shown as unknown, and what to do is said."""
        with AnsweringGateway(lambda _: answer) as gateway:
            program = run.at(gateway.base_url)
            result = program("video", "create", "a boat", "--first-byte-timeout", "0.2")
            tasks = listed(program)
            shown = program("video", "list")

        (known,) = tasks
        assert ExitCode.UNREACHABLE == result.code
        assert "so it is not ordered again" in result.stderr
        hints = f"yourouter video list --remote\nhint: yourouter video delete {known['id']}\n"
        assert result.stderr.endswith(f"hint: {hints}")
        assert ["POST"] == [asked.method for asked in gateway.asked]
        assert ("unknown", "a boat", True) == (
            known["status"],
            known["prompt"],
            known["id"].startswith("local-"),
        )
        assert f"unknown: `{known['id']}` was ordered at {known['created']}, and no" in shown.stderr

    def test_an_unknown_order_is_no_task(self, run: Program) -> None:
        """Waiting for an order without an id is refused with what to do; it can be struck off."""
        with AnsweringGateway(lambda _: Says(status=500)) as gateway:
            program = run.at(gateway.base_url)
            program("video", "create", "a boat")
            (known,) = listed(program)
            for verb in ("wait", "download", "cancel"):
                refused = program("video", verb, known["id"][:9])
                assert ExitCode.USAGE == refused.code
                assert f"hint: yourouter video delete {known['id']}\n" in refused.stderr
            shown = program("video", "get", "local", "--json")
            struck = program("video", "delete", "local", "--yes")

        assert (0, "unknown") == (shown.code, shown.json["status"])
        assert (0, []) == (struck.code, listed(run))
        assert 1 == len(gateway.asked)

    @pytest.mark.parametrize(
        ("status", "error", "code"),
        [
            (400, {"code": "InvalidParameter", "message": "bad ratio"}, ExitCode.REJECTED),
            (401, {"code": "AuthenticationError", "message": "bad key"}, ExitCode.DENIED),
            (403, {"code": "AccessDenied", "message": "not you"}, ExitCode.DENIED),
            (402, {"message": "pay first"}, ExitCode.REJECTED),
            (404, {"code": "ModelNotOpen", "message": "no such model"}, ExitCode.REJECTED),
            (429, {"code": "QuotaExceeded", "message": "spent"}, ExitCode.REJECTED),
            (429, {"code": "RateLimitExceeded.X", "message": "slow"}, ExitCode.UNREACHABLE),
        ],
    )
    def test_a_refusal(
        self, run: Program, status: int, error: dict[str, str], code: ExitCode
    ) -> None:
        """An order that was refused is no task: it is sent once, and not in the ledger."""
        with AnsweringGateway(lambda _: Says({"error": error}, status)) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p", "--json")

        assert code == result.code == result.error["code"]
        assert f"the gateway answered {status}: {error['message']}" == result.error["message"]
        assert ["doubao-seedance-1-0-pro-250528"] == [
            attempt["model"] for attempt in result.error["attempts"]
        ]
        assert 1 == len(gateway.asked)
        assert [] == listed(run)

    def test_an_id_that_is_no_text(self, run: Program) -> None:
        """An id with half a character in it is kept as well as it can be: it was paid for."""
        with AnsweringGateway(lambda _: Says(b'{"id": "cgt-\\ud800"}')) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert (ExitCode.DONE, "cgt-?\n") == (result.code, result.stdout)
        assert ["cgt-?"] == [task["id"] for task in listed(run)]

    def test_a_request_id_is_said_once(self, run: Program) -> None:
        """An upstream that names the request in its words need not hear it from us again."""
        error = {"code": "InvalidParameter", "message": "no. Request id: req-1"}
        says = Says({"error": error}, 400, headers={"X-Request-Id": "req-1"})
        with AnsweringGateway(lambda _: says) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert "yourouter: the gateway answered 400: no. Request id: req-1\n" == result.stderr

    def test_a_refusal_under_200(self, run: Program) -> None:
        """An error object that refuses the order is a refusal under the status 200 as well."""
        error = {"code": "insufficient_balance", "type": "billing_error", "message": "pay first"}
        with AnsweringGateway(lambda _: Says({"error": error})) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert ExitCode.REJECTED == result.code
        assert [] == listed(run)

    def test_nothing_can_be_sent(self, run: Program, tmp_path: Path) -> None:
        """An order that could not be sent because of the configuration is none."""
        program = run.at("https://127.0.0.1:1/v1").having(SSL_CERT_FILE=str(tmp_path / "none"))
        result = program("video", "create", "p")

        assert ExitCode.CONFIG == result.code
        assert "SSL_CERT_FILE" in result.stderr
        assert [] == listed(run)

    def test_a_redirect(self, run: Program) -> None:
        """A redirect is not followed with a key."""
        away = Says(status=307, headers={"Location": "https://elsewhere.example/?token=secret"})
        with AnsweringGateway(lambda _: away) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert ExitCode.UNREACHABLE == result.code
        assert "redirects to https://elsewhere.example/?***" in result.stderr
        assert [] == listed(run)

    def test_what_never_left_is_sent_again(self, run: Program, clock: FakeClock) -> None:
        """A gateway that cannot be reached got no order: it is tried again, then forgotten."""
        with FaultyGateway(_never) as gone:
            base_url = gone.base_url
        result = run.at(base_url)("video", "create", "p", clock=clock)

        assert ExitCode.UNREACHABLE == result.code
        assert [0.5, 1.0] == clock.waits
        assert 2 == result.stderr.count("trying again in")
        assert [] == listed(run)

    def test_one_operation_has_one_name(self, run: Program, sandbox: Sandbox) -> None:
        """Each order has a name of its own, for a gateway that knows how to count."""
        program = run.at(sandbox)
        for _ in range(2):
            program("video", "create", "p", "-m", "sandbox/video")

        names = {request.headers["idempotency-key"] for request in sandbox.requests}
        assert 2 == len(names)


def _never(caller: Caller) -> None:
    caller.request()


def test_secrets_of_an_order(run: Program, run_at: Callable[[str], Program]) -> None:
    """With `--debug` neither the key nor what is in a picture can be seen."""
    with AnsweringGateway(lambda _: Says({"id": "cgt-1"})) as gateway:
        result = run_at(gateway.base_url)("video", "create", "p", "--debug")

    assert KEY not in result.stderr
    assert f"> POST {gateway.origin}{TASKS}" in result.stderr
    assert "cgt-1" == json.loads(run("video", "list", "--json").stdout)[0]["id"]
