"""`yourouter models show`: what is known of one model, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.listing import always, listing
from tests.gateway.answering import AnsweringGateway
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program


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
