"""What `chat` makes of an answer that is not what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import DONE, Caller, FaultyGateway, finish
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestJudgement:
    """An answer came, and it is judged."""

    @pytest.mark.parametrize(
        "argv",
        [["--expect", "connected"], ["--expect-regex", "^conn"], ["--expect", " connected\n"]],
    )
    def test_the_expected_answer(self, run: Program, argv: list[str]) -> None:
        """The trimmed answer that was expected is exit 0, and nothing is said."""
        result = run("chat", "-p", "sandbox", "Reply with exactly: connected", *argv)

        assert (ExitCode.DONE, "connected\n", "") == (result.code, result.stdout, result.stderr)

    @pytest.mark.parametrize("option", [("--schema", '{"type":"object"}'), ("--extract-code",)])
    def test_what_was_made_of_the_answer_is_expected(
        self, run: Program, option: tuple[str, ...]
    ) -> None:
        """The answer is what is shown: the JSON without its fence, the code without the words."""
        shown = '{"a": 1}'
        fenced = f"```json\n{shown}\n```"
        result = run(
            "chat", "-p", "sandbox", "-m", "sandbox/echo", fenced, *option, "--expect", shown
        )

        assert (ExitCode.DONE, f"{shown}\n", "") == (result.code, result.stdout, result.stderr)

    @pytest.mark.parametrize(
        ("argv", "words"),
        [
            (["--expect", "yes"], "expected `yes`, got `no`"),
            (["--expect-regex", "^y"], "expected a match of `^y`, got `no`"),
        ],
    )
    def test_another_answer(self, run: Program, argv: list[str], words: str) -> None:
        """Another answer than the expected one is shown, and is exit 9."""
        result = run("chat", "-p", "sandbox", "Reply with exactly: no", *argv)

        assert (ExitCode.UNEXPECTED, "no\n") == (result.code, result.stdout)
        assert f"yourouter: {words} (request id REQ)\n" == result.told

    @pytest.mark.parametrize(
        ("model", "shown", "words"),
        [
            (
                "length",
                "a b c d a\n",
                "the answer was cut at the token limit; --max-tokens raises it",
            ),
            (
                "filter",
                "a b c \n",
                "the answer was cut by a content filter; rephrase the prompt",
            ),
        ],
    )
    def test_an_answer_that_was_cut(
        self, run: Program, sandbox: Sandbox, model: str, shown: str, words: str
    ) -> None:
        """An answer that was cut is a warning, and with `--strict` exit 7."""
        lenient = run.at(sandbox)("chat", "a b c d", "-m", f"sandbox/{model}")
        strict = run.at(sandbox)("chat", "a b c d", "-m", f"sandbox/{model}", "--strict")

        assert (ExitCode.DONE, shown) == (lenient.code, lenient.stdout)
        assert f"warning: {words}\n" == lenient.stderr
        assert (ExitCode.INCOMPLETE, shown) == (strict.code, strict.stdout)
        assert f"yourouter: {words} (request id REQ)\n" == strict.told

    @pytest.mark.parametrize(
        ("model", "words"),
        [
            ("filter:0", "`sandbox/filter:0` refused (content_filter): it did not say why"),
            (
                "refuse",
                (
                    "`sandbox/refuse` refused (refusal): The sandbox refuses to answer,"
                    " as its model's name promises."
                ),
            ),
        ],
    )
    def test_a_refusal(self, run: Program, sandbox: Sandbox, model: str, words: str) -> None:
        """A refusal without any text is exit 5."""
        result = run.at(sandbox)("chat", "hi", "-m", f"sandbox/{model}")

        assert (ExitCode.REJECTED, "") == (result.code, result.stdout)
        assert f"yourouter: {words} (request id REQ)\n" == result.told

    def test_a_refusal_after_some_thought(self, run: Program) -> None:
        """Thoughts are no text: a refusal after them is exit 5 as well."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.frames({"choices": [{"index": 0, "delta": {"reasoning_content": "Hm"}}]})
            caller.frames({"choices": [{"index": 0, "delta": {"refusal": "No."}}]}, finish(), DONE)

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi", "-m", "m", "--fallback", "other")

        assert (ExitCode.REJECTED, "") == (result.code, result.stdout)
        assert "yourouter: `m` refused (refusal): No.\n" == result.stderr

    def test_an_answer_without_a_word(self, run: Program, sandbox: Sandbox) -> None:
        """A model that finishes without a word is done, with a warning."""
        result = run.at(sandbox)("chat", "hi", "-m", "sandbox/empty")

        assert (ExitCode.DONE, "") == (result.code, result.stdout)
        assert "warning: the model answered nothing\n" == result.stderr
