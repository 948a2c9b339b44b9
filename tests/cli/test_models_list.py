"""`yourouter models list` and `show`: which models there are, and who says so."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Asked, Says, Silence
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

DAY = 24 * 60 * 60
HTML = b"<html><head><title>Console</title></head><body>Sign in</body></html>"
CATALOG = "this is the built-in catalogue\n"


def listing(*ids: str) -> Says:
    """Return the reply that lists *ids*, as OpenAI does."""
    rows = [{"id": name, "object": "model", "created": 5, "owned_by": "us"} for name in ids]
    return Says({"object": "list", "data": rows})


def always(answer: Says | Silence) -> Callable[[Asked], Says | Silence]:
    """Return a gateway's mind that knows one answer."""
    return lambda _: answer


def first_cells(stdout: str) -> list[str]:
    """Return the first cell of each line."""
    return [line.split("\t")[0] for line in stdout.splitlines()]


class TestLive:
    def test_lists_what_the_gateway_offers(self, run: Program) -> None:
        """Each model is a line with what is known of it; who said so is told aside."""
        with AnsweringGateway(always(listing("gpt-4o", "ours"))) as gateway:
            result = run.at(gateway.base_url)("models", "list")

            assert ["/v1/models"] == gateway.paths("GET")
        assert (
            "gpt-4o\tchat\tgpt\t128000\t16384\timage,tools,schema\nours\tchat\tother\t\t\t\n"
            == result.stdout
        )
        assert "from HERE/v1, just now\n" == result.told
        assert ExitCode.DONE == result.code

    def test_quiet(self, run: Program, sandbox: Sandbox) -> None:
        """With `-q` nothing is said aside."""
        result = run.at(sandbox)("models", "list", "-q")

        assert "sandbox/echo" in first_cells(result.stdout)
        assert "" == result.stderr

    def test_takes_what_other_servers_list(self, run: Program) -> None:
        """A bare list, rows without an id, and rows twice are taken for what they are worth."""
        rows = [{"id": "b"}, {"name": "no id"}, "c", {"id": "b"}, {"id": "a", "created": -5}]
        with AnsweringGateway(always(Says(rows))) as gateway:
            result = run.at(gateway.base_url)("models", "list")

        assert ["a", "b"] == first_cells(result.stdout)

    def test_on_a_terminal(self, run: Program) -> None:
        """A person sees a heading, aligned columns, and nothing that drives the terminal."""
        with AnsweringGateway(always(listing("gpt-4o", "\x1b[2Jours"))) as gateway:
            result = run.at(gateway.base_url)("models", "list", "--color", "never", tty=True)

        assert (
            "ID        KIND  FAMILY  CONTEXT  OUTPUT\n"
            "␛[2Jours  chat  other\n"
            "gpt-4o    chat  gpt     128,000  16,384\n" == result.stdout
        )

    def test_on_a_tiny_terminal(self, run: Program) -> None:
        """Where no table fits, each model is a block of lines, its id whole."""
        with AnsweringGateway(always(listing("claude-sonnet-4-20250514"))) as gateway:
            result = run.at(gateway.base_url)(
                "models", "list", "--color", "never", tty=True, size=(20, 24)
            )

        assert (
            "claude-sonnet-4-20250514\n"
            "  kind     chat\n"
            "  family   claude\n"
            "  context  200,000\n"
            "  output   64,000\n" == result.stdout
        )

    def test_as_json(self, run: Program) -> None:
        """Programs get every fact, and where the list is from."""
        clock = FakeClock(running=True)
        with AnsweringGateway(always(listing("gpt-4o"))) as gateway:
            result = run.at(gateway.base_url)("models", "list", "--json", clock=clock)

            document = result.json
            assert gateway.base_url == document["base_url"]
        assert {"schema", "source", "base_url", "fetched", "problem", "models"} == set(document)
        assert ("live", None) == (document["source"], document["problem"])
        assert document["fetched"].startswith("2023-11-14T22:13:2")
        (model,) = document["models"]
        assert {
            "id", "family", "maker", "kind", "dialect", "capabilities", "context", "output",
            "dimensions", "parameters", "owned_by", "created",
        } == set(model)  # fmt: skip
        assert ("gpt-4o", "us", "1970-01-01T00:00:05Z", 128_000) == (
            model["id"],
            model["owned_by"],
            model["created"],
            model["context"],
        )
        assert "note" == result.notices[0]["kind"]


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


class TestCatalog:
    def test_needs_no_gateway(self, run: Program, sandbox: Sandbox) -> None:
        """`--catalog` shows what is built in and asks nobody."""
        result = run.at(sandbox)("models", "list", "--catalog")

        assert "claude-opus-4-20250514" in first_cells(result.stdout)
        assert not any(name.startswith("sandbox/") for name in first_cells(result.stdout))
        assert "the built-in catalogue\n" == result.stderr
        assert [] == sandbox.requests

    def test_of_the_sandbox(self, run: Program) -> None:
        """The sandbox has a catalogue of its own."""
        result = run("models", "list", "--catalog", "-p", "sandbox")

        assert "sandbox/echo" in first_cells(result.stdout)
        assert all(name.startswith("sandbox/") for name in first_cells(result.stdout))

    def test_has_what_the_user_adds(self, run: Program, home: Path) -> None:
        """What `models.toml` in the configuration directory says is in it."""
        (home / "config").mkdir(parents=True)
        (home / "config" / "models.toml").write_text('[models."my-llama"]\ncontext = 8192\n')

        result = run("models", "list", "--catalog", "--search", "LLAMA")

        assert "my-llama\tchat\tother\t8192\t\t\n" == result.stdout

    def test_says_what_is_wrong_with_what_the_user_adds(self, run: Program, home: Path) -> None:
        """A `models.toml` that cannot be used is a problem of the configuration."""
        (home / "config").mkdir(parents=True)
        file = home / "config" / "models.toml"
        file.write_text("[models.x]\ncontext = -1\n")

        result = run("models", "list", "--catalog")

        assert ExitCode.CONFIG == result.code
        assert (
            f"yourouter: `{file}`: `models.x.context` must be a whole number above 0\n"
            f"hint: ${{EDITOR:-vi}} {file}\n" == result.stderr
        )


class TestChoosing:
    def test_by_family(self, run: Program) -> None:
        """`--family` shows one family, known ids and those that look like it."""
        with AnsweringGateway(always(listing("gpt-4o", "claude-9-new", "x"))) as gateway:
            program = run.at(gateway.base_url)

            assert ["claude-9-new"] == first_cells(
                program("models", "list", "--family", "claude").stdout
            )
            assert ["x"] == first_cells(program("models", "list", "--family", "other").stdout)

    def test_by_words(self, run: Program) -> None:
        """`--search` shows ids with the text in them, however it is spelled."""
        result = run("models", "list", "--catalog", "--search", "MINI")

        assert ["gpt-4o-mini-2024-07-18", "grok-3-mini", "o4-mini-2025-04-16"] == [
            name
            for name in first_cells(result.stdout)
            if "gemini" not in name and "seed" not in name
        ]

    def test_nothing_is_a_success(self, run: Program) -> None:
        """No result is no error."""
        result = run("models", "list", "--catalog", "--search", "nothing-like-it")

        assert ("", 0) == (result.stdout, result.code)
        assert result.stderr.endswith("no model is like that\n")

    def test_a_gateway_without_models(self, run: Program) -> None:
        """An empty list is told from one on which nothing fits."""
        with AnsweringGateway(always(listing())) as gateway:
            result = run.at(gateway.base_url)("models", "list")

        assert ("", 0) == (result.stdout, result.code)
        assert result.stderr.endswith("that list is empty\n")

    def test_an_unknown_family(self, run: Program) -> None:
        """A family that nobody knows is wrong use; the known ones are named."""
        result = run("models", "list", "--family", "clod")

        assert ExitCode.USAGE == result.code
        assert "no family `clod` (known: `claude`, `deepseek`," in result.stderr

    def test_what_excludes_itself(self, run: Program) -> None:
        """Asking for a fresh list and for none at all is wrong use."""
        assert ExitCode.USAGE == run("models", "list", "--refresh", "--catalog").code


class TestShow:
    def test_tells_what_is_known(self, run: Program) -> None:
        """One fact a line, for a shell to cut."""
        with AnsweringGateway(always(listing("gpt-4o"))) as gateway:
            result = run.at(gateway.base_url)("models", "show", "gpt-4o")

        assert [
            "id\tgpt-4o",
            "family\tgpt",
            "maker\tOpenAI",
            "kind\tchat",
            "dialect\topenai",
            "capabilities\timage, tools, schema",
            "context\t128000",
            "output\t16384",
        ] == result.stdout.splitlines()[:8]
        assert result.stdout.endswith("owned_by\tus\ncreated\t1970-01-01T00:00:05Z\nlisted\tyes\n")

    def test_as_json(self, run: Program) -> None:
        """Programs get the same, and whether the gateway lists it."""
        with AnsweringGateway(always(listing("another"))) as gateway:
            program = run.at(gateway.base_url)
            known, listed = (
                program("models", "show", name, "--json").json for name in ("gpt-4o", "another")
            )

        assert (1, "gpt-4o", 128_000, False) == (
            known["schema"],
            known["id"],
            known["context"],
            known["listed"],
        )
        assert ("another", None, True) == (listed["id"], listed["context"], listed["listed"])

    @pytest.mark.parametrize(
        ("columns", "lines"),
        [
            (
                50,
                [
                    "parameters    max_tokens, temperature, top_p,",
                    "              stop, seed, tools, response_format,",
                    "              logprobs",
                ],
            ),
            (
                20,
                [
                    "parameters",
                    "  max_tokens,",
                    "  temperature,",
                    "  top_p, stop, seed,",
                    "  tools,",
                    "  response_format,",
                    "  logprobs",
                ],
            ),
        ],
    )
    def test_on_a_terminal(self, run: Program, columns: int, lines: list[str]) -> None:
        """What is longer than a line goes on below, and no word is cut."""
        result = run("models", "show", "gpt-4o", tty=True, size=(columns, 24))

        assert lines == result.stdout.splitlines()[-len(lines) :]

    def test_without_a_list_nobody_knows_whether_it_is_there(self, run: Program) -> None:
        """The catalogue cannot say what a gateway has."""
        assert run("models", "show", "gpt-4o", "--json").json["listed"] is None

    def test_what_nobody_knows(self, run: Program) -> None:
        """An unknown id is wrong use; what is near is named."""
        result = run("models", "show", "gpt4o")

        assert ExitCode.USAGE == result.code
        assert result.stderr.endswith(
            "yourouter: no model `gpt4o` on the list (did you mean `gpt-4o`?)\n"
            "hint: yourouter models list --refresh\n"
        )
