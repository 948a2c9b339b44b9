"""`embed`: rows in, vectors out, in the same order."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import pytest

from tests.embedding import Embedder, Weather, numbers, refusal, row, vectors
from tests.gateway.answering import Says
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestStandardOutput:
    def test_texts_of_the_command_line(self, embedding: Program, embedder: Embedder) -> None:
        """Each text is a JSON line: its place, its id and its vector."""
        result = embedding("embed", "-m", "m", "one", "two words")
        assert ExitCode.DONE == result.code
        assert [row(0, "one"), row(1, "two words")] == result.events
        assert ["index", "id", "embedding"] == list(result.events[0])
        assert [["one", "two words"]] == embedder.batches
        assert "m" == embedder.bodies[0]["model"]

    def test_lines_of_standard_input(self, embedding: Program) -> None:
        """Without texts, each line of standard input is one."""
        result = embedding("embed", stdin="a\nb\r\nc")
        assert [row(0, "a"), row(1, "b"), row(2, "c")] == result.events

    def test_a_text_beside_its_vector(self, embedding: Program) -> None:
        """--keep-text keeps it."""
        assert [row(0, "a", text="a")] == embedding("embed", "a", "--keep-text").events

    def test_a_list(self, embedding: Program, embedder: Embedder) -> None:
        """--json is one list of the same rows."""
        result = embedding("embed", "--json", "--batch-size", "2", "a", "b", "c")
        assert [row(0, "a"), row(1, "b"), row(2, "c")] == result_list(result.stdout)
        assert 2 == len(embedder.batches)
        assert [] == result_list(embedding("embed", "--json", "").stdout)
        assert [row(0, "a")] == embedding("embed", "--format", "jsonl", "a").events

    def test_half_the_numbers_size(self, embedding: Program) -> None:
        """--dtype float16 rounds to what 16 bits hold."""
        (found,) = embedding("embed", "a", "--dtype", "float16").events
        halves = struct.unpack("<8e", struct.pack("<8e", *numbers("a")))
        assert list(halves) == found["embedding"]

    def test_the_order_is_that_of_the_input(self, run: Program) -> None:
        """Whatever fails and however long each takes, rows come out as they went in."""
        texts = [f"text {number}" for number in range(120)]
        with Embedder(Weather(7, odds=0.3, seconds=0.003)) as gateway:
            words = ["--batch-size", "3", "--concurrency", "8", "--retries", "9"]
            result = run.at(gateway.base_url)("embed", *words, *texts)
        assert ExitCode.DONE == result.code, result.stderr
        assert [row(number, text) for number, text in enumerate(texts)] == result.events
        assert sorted(texts) == sorted(gateway.billed)
        assert 2 <= gateway.most_at_once <= 8

    def test_control_characters_on_a_terminal(self, embedding: Program) -> None:
        """A text reaches a terminal as visible JSON only."""
        result = embedding("embed", "--keep-text", "-q", "a\x9b1m\u202eb", tty=True)
        assert "\\u009b1m\\u202eb" in result.stdout
        assert "a\x9b1m\u202eb" == json.loads(result.stdout)["text"]

    def test_nothing_at_all(self, embedding: Program, embedder: Embedder) -> None:
        """No rows are a mistake, and nothing is sent."""
        result = embedding("embed", stdin="")
        assert ExitCode.USAGE == result.code
        assert "yourouter: there are no rows to embed\n" == result.stderr
        assert ([], "") == (embedder.asked, result.stdout)


def result_list(text: str) -> list[dict[str, Any]]:
    """Return *text* as one JSON list."""
    found: list[dict[str, Any]] = json.loads(text)
    return found


class TestRequests:
    def test_each_text_is_paid_for_once(self, embedding: Program, embedder: Embedder) -> None:
        """A text that comes again gets the vector it has."""
        texts = ["a", "b", "a", "c", "b", "a"]
        result = embedding("embed", "--batch-size", "2", *texts)
        assert [row(number, text) for number, text in enumerate(texts)] == result.events
        assert ["a", "b", "c"] == sorted(embedder.billed)

    def test_a_repeated_text_that_is_refused(self, run: Program) -> None:
        """What the gateway refused once is not sent again, and fails again."""
        with Embedder(lambda texts: refusal("no") if "bad" in texts else None) as gateway:
            words = ["--batch-size", "1", "--concurrency", "1"]
            result = run.at(gateway.base_url)("embed", *words, "a", "bad", "bad")
        assert [row(0, "a")] == result.events
        assert [["a"], ["bad"]] == gateway.batches
        assert "2 of 3 rows without a vector: 1, 2" in result.stderr

    def test_limits(self, embedding: Program, embedder: Embedder, tmp_path: Path) -> None:
        """No request has more than 2,048 texts; a text of over 8,192 tokens is not sent."""
        path = tmp_path / "a.txt"
        path.write_text("".join(f"{number}\n" for number in range(2500)) + "x" * 32_769 + "\n")
        result = embedding("embed", "-i", str(path), "--batch-size", "2048", "-q")
        assert ExitCode.PARTIAL == result.code
        assert [2048, 452] == sorted(map(len, embedder.batches), reverse=True)
        assert ExitCode.USAGE == embedding("embed", "--batch-size", "2049", "a").code

    def test_options_of_a_request(self, embedding: Program, embedder: Embedder) -> None:
        """Dimensions, parameters, headers and vendor go out."""
        options = ["--dimensions", "8", "-P", "user=u", "-H", "X-Team: blue", "--vendor", "azure"]
        assert ExitCode.DONE == embedding("embed", *options, "a").code
        assert (8, "u") == (embedder.bodies[0]["dimensions"], embedder.bodies[0]["user"])
        headers = embedder.asked[0].headers
        assert ("blue", "azure") == (headers["x-team"], headers["vendor"])

    def test_the_profiles_parameters_are_not_for_vectors(
        self, embedding: Program, embedder: Embedder
    ) -> None:
        """What a profile adds to chats, such as a temperature, would be refused here."""
        environ = {"YOUROUTER_PARAMS": '{"temperature":1}', "YOUROUTER_EMBEDDING_MODEL": "e"}
        assert ExitCode.DONE == embedding("embed", "a", environ=environ).code
        assert {"model", "input", "encoding_format"} == set(embedder.bodies[0])
        assert "e" == embedder.bodies[0]["model"]

    def test_it_shrinks_and_recovers(self, run: Program) -> None:
        """After a 429 fewer texts go in a request, and then more again."""
        refusals = iter([refusal("slow down", 429, RETRY_AFTER_MS="1")])
        with Embedder(lambda _: next(refusals, None)) as gateway:
            texts = [str(number) for number in range(400)]
            words = ["--batch-size", "16", "--concurrency", "4"]
            result = run.at(gateway.base_url)("embed", *words, *texts)
        assert 400 == len(result.events)
        assert "slow down; waiting 0.001 s, then 2 at a time with up to 8 texts" in result.stderr
        sizes = [len(batch) for batch in gateway.batches]
        assert min(sizes) < 16
        assert 16 in sizes[-8:]


class TestWords:
    def test_the_summary(self, run: Program) -> None:
        """In the end it is said what it took; a cost only where the gateway says one."""
        with Embedder(lambda texts: Says(vectors(texts, cost=0.00025))) as gateway:
            result = run.at(gateway.base_url)("embed", "a", "b", "--batch-size", "1")
        assert "2 rows of 8 numbers in " in result.stderr
        assert "; 2 requests; tokens 2; cost 0.0005\n" in result.stderr

    def test_quiet(self, embedding: Program) -> None:
        """-q leaves standard error to errors."""
        assert "" == embedding("embed", "-q", "a").stderr

    def test_for_programs(self, embedding: Program) -> None:
        """With --json what is told is JSON, too."""
        result = embedding("embed", "--json", "a", "")
        failed, usage = result.notices
        assert (
            "row",
            {"index": 1, "id": None, "status": None, "message": "the text is empty"},
        ) == (
            failed["kind"],
            failed["details"],
        )
        assert {"input_tokens": 1, "cost": None} == usage["details"]["usage"]
        assert (8, "partial") == (result.error["code"], result.error["kind"])

    def test_progress_on_a_terminal(self, run: Program) -> None:
        """A bar shows how far it is, and is gone in the end."""
        with Embedder(Weather(1, odds=0.0, seconds=0.15)) as gateway:
            words = ["--batch-size", "1", "--concurrency", "1"]
            result = run.at(gateway.base_url)("embed", *words, *"abc", tty=True)
        assert "2/3 rows" in result.stderr
        assert "in flight" in result.stderr
        last = result.stderr.rpartition("\r\x1b[K")[2]
        assert last.startswith("3 rows of 8 numbers")

    def test_a_profile_without_a_key(self, run: Program) -> None:
        """Without a key nothing is sent, and it is said how to give one."""
        result = run("embed", "a")
        assert ExitCode.CONFIG == result.code

    def test_the_sandbox(self, run: Program) -> None:
        """It works without a key and without a network."""
        result = run("embed", "-p", "sandbox", "boat", "boats", "tax form")
        first, second, third = (event["embedding"] for event in result.events)
        assert 384 == len(first)
        near, far = (
            sum(one * other for one, other in zip(first, vector, strict=True))
            for vector in (second, third)
        )
        assert near > far

    @pytest.mark.parametrize(
        ("model", "words"),
        [
            ("embed-short", "the gateway answered with 0 vectors for 1 texts"),
            ("embed-nan", "a number that is not finite"),
        ],
    )
    def test_bad_vectors_are_no_data(self, run: Program, model: str, words: str) -> None:
        """An answer that cannot be right ends the work; nothing of it is written."""
        result = run("embed", "-p", "sandbox", "-m", f"sandbox/{model}", "a", "b")
        assert (ExitCode.UNREACHABLE, "") == (result.code, result.stdout)
        assert words in result.stderr

    @pytest.mark.parametrize("model", ["embed-float", "embed-rate-limit:3", "embed-flaky:5"])
    def test_other_moods(self, run: Program, model: str) -> None:
        """Lists, rate limits and faults in passing change nothing of what comes out."""
        texts = [f"text {number}" for number in range(40)]
        words = ["--batch-size", "4", "--retries", "9"]
        calm = run("embed", "-p", "sandbox", *words, *texts)
        moody = run("embed", "-p", "sandbox", "-m", f"sandbox/{model}", *words, *texts)
        assert ExitCode.DONE == moody.code, moody.stderr
        assert calm.stdout == moody.stdout
