"""Batches through a gateway that fails: what is tried again, cut up, given up, and whose fault."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from tests.driver import until
from tests.embedding import Embedder, refusal, vectors
from tests.gateway.answering import Says
from tests.gateway.faults import FaultyGateway
from tests.gateway.sending import TEXTS, Builder, came, once, rejects
from yourouter_cli.clock import Clock
from yourouter_cli.errors import ExitCode
from yourouter_cli.services.embed.send import RowFailure


class TestOneBadText:
    @pytest.mark.parametrize("place", [0, 7, 15])
    def test_is_found_by_halving(self, build: Builder, place: int) -> None:
        """A 400 about one text costs that text only, and a few requests."""
        with Embedder(rejects(lambda texts: TEXTS[place] in texts)) as gateway:
            house = build(gateway.base_url)
            failed = came(house.fetch())
        assert {TEXTS[place]: RowFailure(400, "the gateway answered 400: no")} == failed
        assert sorted(set(TEXTS) - {TEXTS[place]}) == sorted(gateway.billed)
        assert 9 == len(gateway.batches)

    def test_is_taken_out_when_it_is_named(self, build: Builder) -> None:
        """A gateway that says which input is bad saves the search for it."""

        def decide(texts: list[str]) -> Says | None:
            if TEXTS[5] not in texts:
                return None
            return refusal("too long", param=f"input[{texts.index(TEXTS[5])}]")

        with Embedder(decide) as gateway:
            assert [TEXTS[5]] == list(came(build(gateway.base_url).fetch()))
        assert [16, 5, 10, 1] == [len(batch) for batch in gateway.batches]

    @pytest.mark.parametrize("status", [400, 413, 422])
    def test_alone_from_the_beginning(self, build: Builder, status: int) -> None:
        """A single text that is refused is that text's failure, not the job's."""
        with Embedder(rejects(lambda _: True, "no", status)) as gateway:
            failed = came(build(gateway.base_url).fetch(["a"]), ["a"])
        assert {"a": RowFailure(status, f"the gateway answered {status}: no")} == failed
        assert 1 == len(gateway.batches)

    def test_several(self, build: Builder) -> None:
        """Each bad text is found, and all others are embedded once."""
        bad = {TEXTS[0], TEXTS[6], TEXTS[7], TEXTS[15]}
        with Embedder(rejects(lambda texts: bool(bad & set(texts)))) as gateway:
            assert bad == set(came(build(gateway.base_url).fetch()))
        assert sorted(set(TEXTS) - bad) == sorted(gateway.billed)

    def test_a_filter(self, build: Builder) -> None:
        """What a content filter blocks is the text's failure as well."""
        decide = rejects(lambda texts: TEXTS[3] in texts, "blocked", code="content_filter")
        with Embedder(decide) as gateway:
            assert [TEXTS[3]] == list(came(build(gateway.base_url).fetch()))

    def test_that_breaks_the_gateway(self, build: Builder) -> None:
        """A text that ends in a 500 whenever it is sent is found, too, after some tries."""
        with Embedder(rejects(lambda texts: TEXTS[9] in texts, "boom", 500)) as gateway:
            failed = came(build(gateway.base_url, retries=1).fetch())
        assert {TEXTS[9]: RowFailure(500, "the gateway answered 500: boom")} == failed


class TestTooLarge:
    @pytest.mark.parametrize(
        ("message", "status"),
        [
            ("Too many inputs. The max number of inputs is 4.", 400),
            ("Invalid 'input': maximum request size is 300000 tokens per request.", 400),
            ("array too long. Expected an array with maximum length 4", 400),
            ("payload too large", 413),
        ],
    )
    def test_a_batch_is_halved_until_it_fits(
        self, build: Builder, message: str, status: int
    ) -> None:
        """What is too large goes in halves, and the next batch begins with what fitted."""
        with Embedder(rejects(lambda texts: len(texts) > 4, message, status)) as gateway:
            house = build(gateway.base_url)
            assert {} == came(house.fetch())
            before = len(gateway.batches)
            assert {} == came(house.fetch())
        assert [4, 4, 4, 4] == [len(batch) for batch in gateway.batches[before:]]
        assert sorted(2 * TEXTS) == sorted(gateway.billed)
        assert [8, 4] == [int(line.split()[-5]) for line in house.told]


class TestWrongRequest:
    def test_a_field_that_is_not_the_input(self, build: Builder) -> None:
        """An error that blames another field ends the work at once."""
        decide = rejects(lambda _: True, "`9` is not from 1 to 8", param="dimensions")
        with Embedder(decide) as gateway:
            error = build(gateway.base_url, dimensions=9).error()
        assert (ExitCode.REJECTED, 400) == (error.exit_code, error.status)
        assert 1 == len(gateway.batches)

    def test_dimensions_named_in_words(self, build: Builder) -> None:
        """So does one that speaks of the dimensions that were asked for."""
        decide = rejects(lambda _: True, "This model does not support specifying dimensions.")
        with Embedder(decide) as gateway:
            assert ExitCode.REJECTED == build(gateway.base_url, dimensions=9).error().exit_code
        assert 1 == len(gateway.batches)

    def test_whatever_is_sent(self, build: Builder) -> None:
        """When nothing was ever accepted, it is not the texts: the search for a bad one ends."""
        texts = [str(number) for number in range(2000)]
        with Embedder(rejects(lambda _: True, "no")) as gateway:
            assert ExitCode.REJECTED == build(gateway.base_url).error(texts).exit_code
        assert 64 == len(gateway.batches)

    @pytest.mark.parametrize(
        ("status", "fields", "code"),
        [
            (401, {}, ExitCode.DENIED),
            (402, {}, ExitCode.REJECTED),
            (404, {"code": "model_not_found"}, ExitCode.REJECTED),
            (429, {"code": "insufficient_quota"}, ExitCode.REJECTED),
            (301, {"LOCATION": "http://elsewhere"}, ExitCode.UNREACHABLE),
        ],
    )
    def test_errors_about_the_caller(
        self, build: Builder, status: int, fields: dict[str, Any], code: ExitCode
    ) -> None:
        """Key, balance, model and address are no text's fault, and no reason to try again."""
        with Embedder(rejects(lambda _: True, "no", status, **fields)) as gateway:
            assert code == build(gateway.base_url).error().exit_code
        assert 1 == len(gateway.batches)


class TestPassingTrouble:
    @pytest.mark.parametrize(
        "answer",
        [
            refusal("busy", 500),
            refusal("busy", 503),
            refusal("busy", 429),
            refusal("busy", 408),
            Says(b"x" * 50, sent=10),
            Says(vectors(TEXTS[:-1])),
            Says(vectors([*TEXTS, "more"])),
            Says({"error": {"message": "overloaded", "type": "overloaded_error"}}),
            Says(b"<html>bad gateway</html>"),
        ],
    )
    def test_is_tried_again(self, build: Builder, answer: Says) -> None:
        """A request that failed in passing is sent again, with the same idempotency key."""
        with Embedder(once(answer, 2)) as gateway:
            house = build(gateway.base_url)
            assert {} == came(house.fetch())
        assert 3 == len(gateway.batches)
        assert 2 == house.asker.retried
        keys = {asked.headers["idempotency-key"] for asked in gateway.asked}
        assert 1 == len(keys)

    def test_as_often_as_allowed(self, build: Builder) -> None:
        """`retries` are further attempts; a single text that never gets through ends the work."""
        for retries in (0, 1, 4):
            with Embedder(rejects(lambda _: True, "down", 500)) as gateway:
                error = build(gateway.base_url, retries=retries).error(["a"])
            assert retries + 1 == len(gateway.batches) == len(error.attempts)
            assert (ExitCode.UNREACHABLE, 500) == (error.exit_code, error.status)

    def test_a_gateway_that_is_down_is_not_besieged(self, build: Builder) -> None:
        """When nothing gets through, cutting up ends soon."""
        with Embedder(rejects(lambda _: True, "down", 500)) as gateway:
            build(gateway.base_url, retries=1).error()
        assert 6 == len(gateway.batches)

    def test_a_gateway_that_is_not_there(self, build: Builder) -> None:
        """What never arrived is never cut up."""
        with FaultyGateway(lambda caller: caller.reset()) as gateway:
            gone = gateway.base_url
        house = build(gone, retries=2)
        error = house.error()
        assert "connect" == error.kind
        assert 3 == len(error.attempts)

    def test_waits_grow_and_retry_after_wins(self, build: Builder) -> None:
        """0.5 s, doubling, unless the gateway says how long."""
        with Embedder(once(refusal("down", 500), 3)) as gateway:
            house = build(gateway.base_url, retries=3)
            house.fetch()
        assert 3.5 == pytest.approx(sum(house.waits.waits), abs=0.2)

        with Embedder(once(refusal("slow", 429, RETRY_AFTER="7"))) as gateway:
            house = build(gateway.base_url)
            house.fetch()
        assert 7.0 == pytest.approx(sum(house.waits.waits), abs=0.3)

    def test_a_long_wait_is_reported(self, build: Builder) -> None:
        """More than a minute is not waited for."""
        with Embedder(rejects(lambda _: True, "slow", 429, RETRY_AFTER="3600")) as gateway:
            house = build(gateway.base_url)
            assert "(it asks to wait 3600 s)" in house.error().message
        assert [] == house.waits.waits


class TestTogether:
    def test_a_429_is_everybodys(self, build: Builder) -> None:
        """After one refusal nobody sends before the time that was asked for."""
        refused: list[float] = []
        times: list[float] = []

        def decide(_: list[str]) -> Says | None:
            if not refused:
                refused.append(time.monotonic())
                return refusal("slow down", 429, RETRY_AFTER_MS="300")
            times.append(time.monotonic())
            return None

        with Embedder(decide) as gateway:
            house = build(gateway.base_url, clock=Clock(), workers=4)
            threads = [
                threading.Thread(target=house.fetch, args=([text],), daemon=True)
                for text in TEXTS[:5]
            ]
            threads[0].start()
            until(lambda: house.pace.limit == 2)
            for thread in threads[1:]:
                thread.start()
            for thread in threads:
                thread.join(10)
        assert 5 == len(times)
        assert min(times) - refused[0] >= 0.29
        assert 1 == len([line for line in house.told if "slow down" in line])

    def test_while_others_get_through_a_429_is_no_attempt(self, build: Builder) -> None:
        """Under a rate limit a request waits for its turn, however often that takes."""
        refusals = iter(range(6))

        def decide(texts: list[str]) -> Says | None:
            if texts == ["patient"] and next(refusals, None) is not None:
                house.pace.speed_up()  # another request is answered meanwhile
                return refusal("slow down", 429, RETRY_AFTER_MS="1")
            return None

        with Embedder(decide) as gateway:
            house = build(gateway.base_url, retries=1)
            assert {} == came(house.fetch(["patient"]), ["patient"])
        assert 7 == len(gateway.batches)


class TestForm:
    def test_lists_are_accepted(self, build: Builder) -> None:
        """A gateway that answers with lists of numbers is understood."""
        with Embedder(lambda texts: Says(vectors(texts, base64=False))) as gateway:
            assert {} == came(build(gateway.base_url).fetch())

    def test_base64_that_is_refused_is_not_asked_for_again(self, build: Builder) -> None:
        """A gateway that does not know the field gets requests without it from then on."""

        def decide(texts: list[str]) -> Says | None:
            if "encoding_format" in gateway.bodies[-1]:
                return refusal("unknown field", param="encoding_format")
            return Says(vectors(texts, base64=False))

        with Embedder(decide) as gateway:
            house = build(gateway.base_url)
            assert {} == came(house.fetch())
            assert {} == came(house.fetch())
        assert [True, False, False] == ["encoding_format" in body for body in gateway.bodies]

    def test_another_length_in_between(self, build: Builder) -> None:
        """A vector of another length than the others is an error, and is asked for again."""
        odd = Says({"data": [{"index": 0, "embedding": [1.0, 2.0]}]})
        answers = [None, odd]
        with Embedder(lambda _: answers.pop(0) if answers else None) as gateway:
            house = build(gateway.base_url)
            house.fetch(["a"])
            assert {} == came(house.fetch(["b"]), ["b"])
        assert 3 == len(gateway.batches)

    def test_a_model_that_ignores_the_dimensions(self, build: Builder) -> None:
        """Who cannot do what was asked for is not asked, and paid, again."""
        with Embedder() as gateway:
            error = build(gateway.base_url, dimensions=4).error()
        assert "vectors of 8 numbers instead of 4" in error.message
        assert 1 == len(gateway.batches)

    def test_what_was_counted(self, build: Builder) -> None:
        """Tokens and cost are summed over requests; unknown stays unknown."""
        with Embedder(lambda texts: Says(vectors(texts, cost=0.25))) as gateway:
            house = build(gateway.base_url)
            house.pace.allow(8)
            fetched = house.fetch()
        assert (2, 16, 0.5) == (fetched.requests, fetched.tokens, fetched.cost)
        with Embedder(lambda texts: Says({"data": vectors(texts)["data"]})) as gateway:
            fetched = build(gateway.base_url).fetch()
        assert (1, None, None) == (fetched.requests, fetched.tokens, fetched.cost)
