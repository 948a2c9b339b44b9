"""Structured output: standard output is JSON that fits the schema, or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
DIALECTS = ("openai", "anthropic", "gemini")


class TestFitting:
    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("model", ["sandbox/json", "sandbox/json:fenced"])
    def test_only_the_json(self, run: Program, sandbox: Sandbox, dialect: str, model: str) -> None:
        """Fences are stripped, and the value fits, on every wire."""
        result = run.at(sandbox)(
            "chat", "someone", "-m", model, "--schema", json.dumps(SCHEMA), "--dialect", dialect
        )

        assert ExitCode.DONE == result.code, result.stderr
        assert "" == result.stderr
        assert {"name", "age"} == set(result.json)

    def test_from_a_file(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A schema may be a file; the parsed value is in the JSON output."""
        file = tmp_path / "schema.json"
        file.write_text(json.dumps(SCHEMA), encoding="utf-8")

        result = run.at(sandbox)(
            "chat", "someone", "-m", "sandbox/json", "--schema", str(file), "--json"
        )

        assert result.json["parsed"] == json.loads(result.json["text"])
        sent = sandbox.requests[-1].json["response_format"]
        assert ("json_schema", SCHEMA) == (sent["type"], sent["json_schema"]["schema"])

    def test_one_repair(self, run: Program, sandbox: Sandbox) -> None:
        """A wrong answer is shown to the model once, with what is wrong."""
        result = run.at(sandbox)(
            "chat", "someone", "-m", "sandbox/json:broken", "--schema", json.dumps(SCHEMA)
        )

        assert ExitCode.DONE == result.code
        assert {"name", "age"} == set(result.json)
        assert result.stderr.startswith("note: the answer does not fit the schema: it is not JSON")
        first, second = sandbox.requests
        assert 1 == len(first.json["messages"])
        assert ["user", "assistant", "user"] == [
            message["role"] for message in second.json["messages"]
        ]

    @pytest.mark.parametrize(
        ("model", "last", "attempts"), [("broken", "finish", 2), ("wrong", "error", 0)]
    )
    def test_lines_end_once(
        self, run: Program, sandbox: Sandbox, model: str, last: str, attempts: int
    ) -> None:
        """As JSON lines the end is told once: when the answer fits, or that it does not."""
        result = run.at(sandbox)(
            "chat", "someone", "-m", f"sandbox/json:{model}", "--schema", json.dumps(SCHEMA),
            "--format", "jsonl",
        )  # fmt: skip

        kinds = [event["type"] for event in result.events]
        assert [last] == [kind for kind in kinds if kind in {"finish", "error"}]
        assert last == kinds[-1]
        assert attempts == len(result.events[-1].get("attempts", []))

    @pytest.mark.parametrize("word", ["NaN", "Infinity", "1e999"])
    def test_what_is_no_json(self, run: Program, sandbox: Sandbox, word: str) -> None:
        """Numbers that only Python reads are no JSON, whatever the schema allows."""
        result = run.at(sandbox)(
            "chat", f'{{"a": {word}}}', "-m", "sandbox/echo", "--schema", '{"type":"object"}'
        )

        assert (ExitCode.UNEXPECTED, "") == (result.code, result.stdout)
        assert f"it is not JSON: {word} is" in result.stderr
        assert "; asking for a correction" in result.stderr

    def test_where_it_does_not_fit(self, run: Program, sandbox: Sandbox) -> None:
        """The place is a JSON pointer, in which a slash or a tilde of a name is escaped."""
        schema = {"properties": {"a/b~c": {"items": {"type": "string"}}}}
        result = run.at(sandbox)(
            "chat", '{"a/b~c": ["x", 1]}', "-m", "sandbox/echo", "--schema", json.dumps(schema)
        )

        assert "the answer does not fit the schema: at `/a~1b~0c/1`: " in result.stderr

    def test_a_second_failure(self, run: Program, sandbox: Sandbox) -> None:
        """After one repair it is exit 9, with the place, and nothing on standard output."""
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}

        result = run.at(sandbox)(
            "chat", "x", "-m", "sandbox/json:wrong", "--schema", json.dumps(schema), "-q"
        )

        assert ExitCode.UNEXPECTED == result.code
        assert "" == result.stdout
        assert "yourouter: the answer does not fit the schema: at" in result.stderr
        assert 2 == len(sandbox.requests)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ("{", "`--schema` is not JSON"),
        ('{"type":"strin"}', "`--schema` is not a JSON Schema: at `/type`: "),
        ('{"$schema":[]}', "`--schema` is not a JSON Schema: `$schema` is not text\n"),
        ('{"minimum":NaN}', "`--schema` is not JSON: NaN is not JSON\n"),
        (
            '{"items":{"$ref":"#/$defs/x"}}',
            "`--schema` is not a JSON Schema: the reference `#/$defs/x` leads nowhere\n",
        ),
        (
            '{"allOf":[{"$ref":"http://127.0.0.1:9/x"}]}',
            "`--schema` is not a JSON Schema: the reference `http://127.0.0.1:9/x` leads out of",
        ),
        (
            '{"$ref":"#"}',
            "`--schema` is not a JSON Schema: the reference `#` leads back to itself\n",
        ),
        ("missing.json", "cannot read the schema `missing.json`: no such file or directory"),
    ],
)
def test_a_wrong_schema(run: Program, sandbox: Sandbox, schema: str, why: str) -> None:
    """A schema that is none is refused before anything is sent."""
    result = run.at(sandbox)("chat", "hi", "--schema", schema)

    assert ExitCode.USAGE == result.code
    assert result.stderr.startswith(f"yourouter: {why}")
    assert [] == sandbox.requests
