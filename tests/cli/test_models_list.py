"""`yourouter models list`: which models there are, and which of them are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.listing import always, first_cells, listing
from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Says
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


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
