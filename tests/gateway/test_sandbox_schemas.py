from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.sandbox.exchange import Rejected
from yourouter_cli.sandbox.schemas import text_fitting, text_not_fitting

TREE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
    },
    "required": ["name", "children"],
    "additionalProperties": False,
}
# A schema, and what the sandbox answers to a prompt that ends in `rain`.
VALUES: list[tuple[Any, Any]] = [
    ({"type": "string"}, "rain"),
    ({"type": "string", "minLength": 6}, "rainxx"),
    ({"type": "string", "maxLength": 2}, "ra"),
    ({"type": "string", "format": "date"}, "2026-01-31"),
    ({"type": "integer"}, 1),
    ({"type": "integer", "minimum": 5}, 5),
    ({"type": "integer", "maximum": -3}, -3),
    ({"type": "integer", "exclusiveMinimum": 7, "multipleOf": 5}, 10),
    ({"type": "number", "maximum": 0.5}, 0.5),
    ({"type": "number", "exclusiveMaximum": 1}, 0),
    ({"type": "boolean"}, True),
    ({"type": "null"}, None),
    ({"type": ["null", "integer"]}, 1),
    ({"type": ["integer", "string"]}, 1),
    ({"const": {"a": 1}}, {"a": 1}),
    ({"enum": ["b", "a"]}, "b"),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 1),
    ({"oneOf": [{"type": "boolean"}, {"type": "string"}]}, True),
    ({"type": "array", "items": {"type": "integer"}}, [1]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 3}, [1, 1, 1]),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, []),
    ({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}]}, [1, True]),
    ({"items": {"type": "string"}}, ["rain"]),
    ({"properties": {"a": {"type": "integer"}}}, {"a": 1}),
    ({"type": "object", "required": ["a"]}, {"a": "rain"}),
    ({"type": "object"}, {}),
    ({}, "rain"),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "integer"}}}, 1),
    (
        {
            "allOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                {"$ref": "#/$defs/more"},
            ],
            "$defs": {"more": {"properties": {"b": {"type": "boolean"}}, "required": ["b"]}},
        },
        {"a": 1, "b": True},
    ),
]
SENSELESS: list[Any] = [
    {"type": "object", "properties": [1]},
    {"type": "object", "required": 5},
    {"type": "array", "minItems": "many"},
    {"type": "string", "minLength": {}},
    {"type": "string", "format": []},
    {"type": "number", "minimum": "x"},
    {"type": "integer", "multipleOf": "x"},
]


class TestFitting:
    @pytest.mark.parametrize(("schema", "value"), VALUES, ids=lambda value: str(value)[:60])
    def test_a_value_fits(self, schema: Any, value: Any) -> None:
        """Texts are the last word of the prompt, numbers 1, all within the bounds."""
        answered = json.loads(text_fitting(schema, "will it rain"))

        assert value == answered
        assert fits(answered, schema)

    def test_a_schema_may_contain_itself(self) -> None:
        """A recursive schema has an answer that ends, and fits."""
        schema = {"$ref": "#/$defs/tree", "$defs": {"tree": TREE}}

        assert fits(json.loads(text_fitting(schema, "x")), schema)

    def test_a_schema_that_cannot_be_fitted_ends_all_the_same(self) -> None:
        """Where every value would have to contain another, the answer is cut."""
        endless = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}

        assert text_fitting(endless, "x").endswith("}" * 8)
        assert "null" == text_fitting({"$ref": "#"}, "x")

    def test_types_in_capitals_are_understood(self) -> None:
        """The schemas of one upstream write their types in capitals."""
        schema = {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}

        assert '{"a":"rain"}' == text_fitting(schema, "rain")

    @pytest.mark.parametrize("schema", SENSELESS, ids=str)
    def test_a_senseless_schema_is_rejected(self, schema: Any) -> None:
        """A keyword of a wrong type is the fault of who asks."""
        with pytest.raises(Rejected) as caught:
            text_fitting(schema, "x")

        assert 400 == caught.value.status

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        ["type", "properties", "items", "required", "enum", "anyOf", "allOf",
                         "$ref", "minItems", "minLength", "multipleOf", "prefixItems"]
                    ),
                    inner,
                )
            ),
            max_leaves=12,
        ).filter(lambda value: isinstance(value, dict))
    )  # fmt: skip
    def test_whatever_comes_is_answered_or_rejected(self, schema: Any) -> None:
        """No schema, however odd, brings the sandbox down."""
        with suppress(Rejected):
            json.loads(text_fitting(schema, "x"))


class TestNotFitting:
    @pytest.mark.parametrize(
        "schema", [schema for schema, _ in VALUES if schema and "const" not in schema], ids=str
    )
    def test_a_value_does_not_fit(self, schema: Any) -> None:
        """The wrong answer has another type than the schema asks for, or breaks it."""
        if "type" not in schema:
            schema = {"type": "object", **schema}

        assert not fits(json.loads(text_not_fitting(schema)), schema)


def fits(value: Any, schema: Any) -> bool:
    """Say whether *value* fits *schema*, by the word of a library."""
    from jsonschema import Draft202012Validator  # banned at the top, as in the program

    return bool(Draft202012Validator(schema).is_valid(value))
