"""Request bodies in pieces."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.conversation import Media
from yourouter_cli.dialects.body import Body, merged


def picture(*pieces: bytes) -> Media:
    """Return an image in *pieces* of base64."""
    return Media(kind="image", media_type="image/png", name="a.png", encoded=pieces)


class TestAttachments:
    def test_are_put_where_they_stand(self) -> None:
        """Each attachment is in the document where it was put, in one piece with what is around."""
        body = Body()
        document = {
            "first": body.data_url(picture(b"QUJD", b"REVG")),
            "second": [body.base64(picture(b"R0hJ")), "text"],
        }

        pieces = body.encode(document, {})

        assert {
            "first": "data:image/png;base64,QUJDREVG",
            "second": ["R0hJ", "text"],
        } == json.loads(b"".join(pieces))

    def test_are_never_copied(self) -> None:
        """The pieces of an attachment are sent as they are: no copy of them is made."""
        encoded = b64encode(bytes(3000))
        body = Body()

        pieces = body.encode({"data": body.base64(picture(encoded))}, {})

        assert any(piece is encoded for piece in pieces)

    def test_may_be_dropped_or_repeated_by_parameters(self) -> None:
        """Parameters are merged before attachments are put in, so these may go."""
        body = Body()
        document = {"data": body.base64(picture(b"QUJD")), "keep": body.base64(picture(b"REVG"))}

        assert {"data": None, "keep": "REVG"} == json.loads(
            b"".join(body.encode(document, {"data": None}))
        )

    def test_may_stand_beside_half_a_character(self) -> None:
        """Half of a surrogate pair, which UTF-8 cannot hold, is replaced."""
        assert b'{"a":"?"}' == b"".join(Body().encode({"a": "\ud800"}, {}))

    def test_no_text_is_taken_for_one(self) -> None:
        """Text that looks like a stand-in is text."""
        body = Body()
        text = Body().base64(picture(b"QUJD"))

        document = {"a": text, "b": body.base64(picture(b"REVG"))}

        assert {"a": text, "b": "REVG"} == json.loads(b"".join(body.encode(document, {})))


class TestMerging:
    @pytest.mark.parametrize(
        ("base", "over", "expected"),
        [
            ({"a": 1}, {}, {"a": 1}),
            ({"a": 1}, {"a": 2}, {"a": 2}),
            ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}, {"a": {"b": 1, "c": 3, "d": 4}}),
            ({"a": {"b": 1}}, {"a": None}, {"a": None}),
            ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
            ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
            ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ],
    )
    def test_parameters_win(
        self, base: dict[str, Any], over: dict[str, Any], expected: dict[str, Any]
    ) -> None:
        """Objects are merged deeply, all else is replaced; neither side is changed."""
        before = json.dumps([base, over])

        assert expected == merged(base, over)
        assert before == json.dumps([base, over])

    def test_what_is_left_keeps_its_order(self) -> None:
        """Fields stay where they were; new ones follow."""
        assert b'{"b":3,"a":2,"c":4}' == b"".join(Body().encode({"b": 1, "a": 2}, {"c": 4, "b": 3}))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    words=st.lists(TEXT, max_size=4),
    media=st.lists(st.lists(st.binary(max_size=9).map(b64encode), max_size=3), max_size=3),
)
def test_any_text_and_media_arrive_whole(words: list[str], media: list[list[bytes]]) -> None:
    """Whatever is said and attached, the receiver reads exactly that, in UTF-8."""
    body = Body()
    stand_ins = [body.base64(picture(*pieces)) for pieces in media]

    document = json.loads(b"".join(body.encode({"words": words, "media": stand_ins}, {})))

    assert words == document["words"]
    assert [b"".join(pieces).decode() for pieces in media] == document["media"]
