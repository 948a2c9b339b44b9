"""`embed` as a job: stopped, gone on with, and begun anew."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.embedding import Embedder, refusal, texts_beside
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.answering import Says

LINES = [f"line {number}" for number in range(60)]
BATCHED = ["--batch-size", "5", "--concurrency", "2", "-m", "m"]
RESUMABLE = " --resume\n"
ENDINGS = [".npy", ".jsonl", ".parquet"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file of lines."""
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


def refuses_after(count: int) -> Callable[[list[str]], Says | None]:
    """Return a decision that lets so many requests pass and then says that the key is bad."""
    left = [None] * count

    def decide(_: list[str]) -> Says | None:
        return left.pop() if left else refusal("bad key", 401)

    return decide


def stopped(run: Program, source: Path, output: Path, *further: str, after: int = 5) -> list[str]:
    """Begin to embed *source* into *output*; return what was paid for before it was stopped."""
    words = ["embed", "-i", str(source), "-o", str(output), *BATCHED, *further]
    with Embedder(refuses_after(after)) as gateway:
        result = run.at(gateway.base_url)(*words)
    assert ExitCode.DENIED == result.code, result.stderr
    assert result.stderr.endswith(RESUMABLE)
    return gateway.billed


def beside(output: Path) -> set[str]:
    """Return what lies beside *output*, by its ending."""
    return {
        path.name.removeprefix(output.name)
        for path in output.parent.iterdir()
        if path.name.startswith(output.name + ".")
    }


class TestGoingOn:
    @pytest.mark.parametrize("ending", ENDINGS)
    @pytest.mark.parametrize("after", [1, 4, 11])
    def test_only_what_is_missing_is_sent(
        self, run: Program, tmp_path: Path, source: Path, ending: str, after: int
    ) -> None:
        """--resume sends what was not done, and makes what an undisturbed run makes."""
        if ending == ".parquet":
            pytest.importorskip("pyarrow")
        whole, parted = tmp_path / f"whole{ending}", tmp_path / f"parted{ending}"
        first = stopped(run, source, parted, after=after)
        assert ".resume" in beside(parted)
        with Embedder() as gateway:
            program = run.at(gateway.base_url)
            argv = ["embed", "-i", str(source), "-o", str(parted), *BATCHED, "--resume"]
            # The size and number of requests may change meanwhile.
            result = program(*argv, "--batch-size", "7", "--concurrency", "3")
            second = list(gateway.billed)
            assert ExitCode.DONE == program("embed", "-i", str(source), "-o", str(whole)).code
        assert ExitCode.DONE == result.code
        assert sorted(LINES) == sorted(first + second)
        assert whole.read_bytes() == parted.read_bytes()
        assert {".texts.jsonl"} >= beside(parted)
        if ending == ".npy":
            texts = [json.loads(line)["text"] for line in texts_beside(parted)]
            assert LINES == texts

    def test_what_was_counted_counts(self, run: Program, tmp_path: Path, source: Path) -> None:
        """Requests and tokens of both runs are summed, and it is said how much was there."""
        output = tmp_path / "a.jsonl"
        stopped(run, source, output)
        with Embedder() as gateway:
            argv = ["embed", "-i", str(source), "-o", str(output), *BATCHED, "--resume", "--json"]
            result = run.at(gateway.base_url)(*argv)
        assert (60, 60, 12) == (
            result.json["rows"],
            result.json["usage"]["input_tokens"],
            result.json["requests"],
        )
        (resumed,) = (notice for notice in result.notices if notice["kind"] == "resume")
        assert 25 == resumed["details"]["rows"]

    def test_from_standard_input(self, run: Program, tmp_path: Path) -> None:
        """What came from a pipe is gone on with when the same comes again."""
        output = tmp_path / "a.jsonl"
        lines = "\n".join(LINES)
        argv = ["embed", "-o", str(output), *BATCHED]
        with Embedder(refuses_after(5)) as gateway:
            assert ExitCode.DENIED == run.at(gateway.base_url)(*argv, stdin=lines).code
        with Embedder() as gateway:
            program = run.at(gateway.base_url)
            other = program(*argv, "--resume", stdin=lines.replace("line 3\n", "line three\n"))
            assert [] == gateway.billed
            shorter = program(*argv, "--resume", stdin="\n".join(LINES[:3]))
            result = program(*argv, "--resume", stdin=lines)
        assert ExitCode.USAGE == other.code
        assert "rows 0 to 4 are not what they were" in other.stderr
        assert (ExitCode.USAGE, True) == (shorter.code, "changed" in shorter.stderr)
        for refused in (other, shorter):
            # With these rows --resume would fail again.
            assert 1 == refused.stderr.count("hint: ")
            assert refused.stderr.endswith(" --force\n")
        assert ExitCode.DONE == result.code
        assert 60 == len(output.read_text().splitlines())

    def test_repeats_and_failures(self, run: Program, tmp_path: Path) -> None:
        """Texts that come again, and rows that failed, are remembered by a checkpoint."""
        source, output = tmp_path / "a.txt", tmp_path / "a.jsonl"
        texts = ["a", "bad", "b", "", "c", "d", "e", "a", "bad", "f"]
        source.write_text("\n".join(texts))
        argv = ["embed", "-i", str(source), "-o", str(output), "--batch-size", "1"]
        argv += ["--concurrency", "1", "--errors", str(tmp_path / "errors.jsonl")]

        def decide(texts: list[str]) -> Says | None:
            if "bad" in texts:
                return refusal("no")
            return refusal("bad key", 401) if "e" in texts else None

        with Embedder(decide) as gateway:
            assert ExitCode.DENIED == run.at(gateway.base_url)(*argv).code
        with Embedder() as gateway:
            result = run.at(gateway.base_url)(*argv, "--resume")
        assert ["e", "f"] == gateway.billed
        assert ExitCode.PARTIAL == result.code
        indices = [json.loads(line)["index"] for line in output.read_text().splitlines()]
        assert [0, 2, 4, 5, 6, 7, 9] == indices
        errors = (tmp_path / "errors.jsonl").read_text().splitlines()
        assert [1, 3, 8] == [json.loads(line)["index"] for line in errors]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (["-m", "other"], "model was `m` and is `other`"),
            (["--dimensions", "8"], "dimensions was not given and is `8`"),
            (["--dtype", "float16"], "dtype was `float32` and is `float16`"),
            (["-P", "user=u"], "params was `{}` and is `{'user': 'u'}`"),
            (["-i", "a.txt"], "the inputs were 1 and are 2"),
        ],
    )
    def test_what_has_changed_is_named(
        self,
        run: Program,
        tmp_path: Path,
        source: Path,
        monkeypatch: pytest.MonkeyPatch,
        change: list[str],
        words: str,
    ) -> None:
        """A checkpoint of another job is an error that says what is not as it was."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.txt").write_text("more\n")
        output = tmp_path / "a.npy"
        stopped(run, source, output)
        with Embedder() as gateway:
            argv = ["embed", "-i", str(source), "-o", str(output), *BATCHED, "--resume", *change]
            result = run.at(gateway.base_url)(*argv)
        assert (ExitCode.USAGE, []) == (result.code, gateway.asked)
        assert f"cannot go on with `{output}`: {words}" in result.stderr
        again = shlex.join(["yourouter", *(word for word in argv if word != "--resume"), "--force"])
        assert f"hint: {again}\n" in result.stderr

    def test_a_changed_file_is_named(self, run: Program, tmp_path: Path, source: Path) -> None:
        """Another byte anywhere in the input is another input; one that only moved is not."""
        output = tmp_path / "a.npy"
        stopped(run, source, output)
        argv = ["embed", "-i", str(source), "-o", str(output), *BATCHED, "--resume"]
        data = source.read_text()
        source.write_text(data.replace("line 59", "line 58"))
        with Embedder() as gateway:
            program = run.at(gateway.base_url)
            changed = program(*argv)
            source.unlink()
            moved = tmp_path / "moved.txt"
            moved.write_text(data)
            argv[2] = str(moved)
            result = program(*argv)
        assert ExitCode.USAGE == changed.code
        assert f"the input `{source}` has changed" in changed.stderr
        assert ExitCode.DONE == result.code

    def test_nothing_to_go_on_with(self, embedding: Program, tmp_path: Path, source: Path) -> None:
        """--resume begins where nothing was begun, and has nothing to do when all is done."""
        output = tmp_path / "a.npy"
        argv = ["embed", "-i", str(source), "-o", str(output), "--resume"]
        assert ExitCode.DONE == embedding(*argv).code
        before = output.read_bytes()
        again = embedding(*argv)
        assert (ExitCode.DONE, before) == (again.code, output.read_bytes())
        assert f"`{output}` is finished already; --force makes it anew\n" == again.stderr
        assert ExitCode.USAGE == embedding("embed", "a", "--resume").code


class TestOverwriting:
    def test_a_finished_output(
        self, embedding: Program, embedder: Embedder, tmp_path: Path
    ) -> None:
        """What is finished is overwritten with --force only, and stays whole until then."""
        output = tmp_path / "a.jsonl"
        argv = ["embed", "a", "-o", str(output)]
        assert ExitCode.DONE == embedding(*argv).code
        asked = len(embedder.asked)
        refused = embedding("embed", "b", "-o", str(output))
        assert (ExitCode.USAGE, asked) == (refused.code, len(embedder.asked))
        assert f"hint: yourouter embed b -o {output} --force\n" in refused.stderr
        before = output.read_bytes()
        assert ExitCode.DONE == embedding("embed", "b", "-o", str(output), "--force").code
        assert before != output.read_bytes()

    def test_an_unfinished_one(
        self, run: Program, embedding: Program, tmp_path: Path, source: Path
    ) -> None:
        """What was begun, and paid for, is not forgotten without --force."""
        output = tmp_path / "a.jsonl"
        stopped(run, source, output)
        argv = ["embed", "-i", str(source), "-o", str(output)]
        refused = embedding(*argv)
        assert ExitCode.USAGE == refused.code
        again = f"hint: yourouter {shlex.join(argv)}"
        assert f"{again} --resume\n{again} --force\n" in refused.stderr
        assert ExitCode.DONE == embedding(*argv, "--force").code
        assert 60 == len(output.read_text().splitlines())

    def test_a_link(self, embedding: Program, tmp_path: Path) -> None:
        """What a link leads to is written, and it stays a link."""
        target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
        link.symlink_to(target)
        assert ExitCode.DONE == embedding("embed", "a", "-o", str(link)).code
        assert link.is_symlink()
        assert 1 == len(target.read_text().splitlines())

    def test_a_failure_before_anything_was_done(
        self, run: Program, tmp_path: Path, source: Path
    ) -> None:
        """When the first request is refused nothing is left behind, and an old output stays."""
        output = tmp_path / "a.npy"
        output.write_bytes(b"old")
        argv = ["embed", "-i", str(source), "-o", str(output), "--force"]
        with Embedder(refuses_after(0)) as gateway:
            result = run.at(gateway.base_url)(*argv)
        assert ExitCode.DENIED == result.code
        assert "--resume" not in result.stderr
        assert (b"old", set()) == (output.read_bytes(), beside(output))

    @pytest.mark.parametrize(
        ("name", "words"),
        [("a.txt", "its kind is unknown"), ("no/a.npy", "no such directory")],
    )
    def test_where_nothing_can_be_written(
        self, embedding: Program, embedder: Embedder, tmp_path: Path, name: str, words: str
    ) -> None:
        """An output that cannot be is told before anything is sent."""
        result = embedding("embed", "a", "-o", str(tmp_path / name))
        assert (ExitCode.USAGE, []) == (result.code, embedder.asked)
        assert words in result.stderr
        result = embedding("embed", "a", "--errors", str(tmp_path / "no" / "e.jsonl"))
        assert (ExitCode.USAGE, []) == (result.code, embedder.asked)
