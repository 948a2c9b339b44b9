"""What a video may be: refused here before anything is paid for, and written for the wire."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.video.order import Order

if TYPE_CHECKING:
    from pathlib import Path

PRO = "doubao-seedance-1-0-pro-250528"
NEWER = "doubao-seedance-2-0-260128"
LITE = "doubao-seedance-1-0-lite-i2v-250428"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
A, B = "https://h/a.png", "https://h/b.png"


def refusal(order: Order) -> str:
    """Return why *order* is refused."""
    with pytest.raises(UsageProblem) as caught:
        order.check()
    return caught.value.message


def sent(order: Order, stdin: bytes = b"") -> Any:
    """Return the body that *order* makes."""
    order.check()
    return json.loads(b"".join(order.body(BytesIO(stdin))))


class TestRefused:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"duration": 5, "frames": 29}, "`--duration` and `--frames` exclude each other"),
            ({"frames": 28}, "`--frames` is 25+4n from 29 to 289, not 28 (near it: 29)"),
            ({"frames": 30}, "`--frames` is 25+4n from 29 to 289, not 30 (near it: 29 and 33)"),
            ({"frames": 25}, "`--frames` is 25+4n from 29 to 289, not 25 (near it: 29)"),
            ({"frames": 293}, "`--frames` is 25+4n from 29 to 289, not 293 (near it: 289)"),
            ({"duration": 13}, f"`--duration` is 2 to 12 seconds for `{PRO}`, not 13"),
            ({"duration": -1}, f"`--duration` is 2 to 12 seconds for `{PRO}`, not -1"),
            ({"seed": -2}, "`--seed` is -1 to 4294967295, not -2"),
            ({"seed": 2**32}, "`--seed` is -1 to 4294967295, not 4294967296"),
            (
                {"resolution": "720"},
                "unknown `--resolution` `720` (known: `480p`, `720p`, `1080p`, `4k`)",
            ),
            (
                {"ratio": "2:1"},
                (
                    "unknown `--ratio` `2:1` (known: `16:9`, `4:3`, `1:1`, `3:4`, `9:16`,"
                    " `21:9`, `adaptive`)"
                ),
            ),
            (
                {"service_tier": "slow"},
                "unknown `--service-tier` `slow` (known: `default`, `flex`)",
            ),
            (
                {"callback_url": "ftp://h"},
                "`--callback-url` is an http or https URL, not `ftp://h`",
            ),
        ],
    )
    def test_fields(self, fields: dict[str, Any], words: str) -> None:
        """A field that no model takes is refused, and it is said what it may be."""
        assert words == refusal(Order(model=PRO, prompt="p", fields=fields))

    @pytest.mark.parametrize(
        ("pictures", "words"),
        [
            (
                {"image": A, "references": (B,)},
                "`--reference` and `--image` exclude each other",
            ),
            (
                {"last_frame": A, "references": (B,)},
                "`--reference` and `--last-frame` exclude each other",
            ),
            ({"last_frame": A}, "`--last-frame` needs a first frame: add `--image`"),
        ],
    )
    def test_modes(self, pictures: dict[str, Any], words: str) -> None:
        """Frames and references are two modes; a last frame needs a first one."""
        assert words == refusal(Order(model=PRO, prompt="p", **pictures))

    @pytest.mark.parametrize("prompt", ["", " \n"])
    def test_nothing_asked(self, prompt: str) -> None:
        """An order without words, pictures or content of its own is empty."""
        assert "the prompt is empty" == refusal(Order(model=PRO, prompt=prompt))

    def test_length_given_twice(self) -> None:
        """`-P frames=…` does not get past what `--duration` excludes."""
        order = Order(model=PRO, prompt="p", fields={"duration": 5}, params={"frames": 29})

        assert "`--duration` and `--frames` exclude each other" == refusal(order)

    @pytest.mark.parametrize(
        ("model", "references", "words"),
        [
            (LITE, 5, f"`--reference` is given for 5 image files, and `{LITE}` takes 4"),
            (NEWER, 10, f"`--reference` is given for 10 image files, and `{NEWER}` takes 9"),
        ],
    )
    def test_too_many_references(self, model: str, references: int, words: str) -> None:
        """More references than the model takes are refused."""
        order = Order(model=model, references=(A,) * references)
        order.check()
        with pytest.raises(UsageProblem) as caught:
            order.body(None)

        assert words == caught.value.message

    def test_a_sound_alone(self) -> None:
        """A sound is a reference only beside a picture or a video."""
        order = Order(model=NEWER, prompt="p", references=("https://h/a.mp3",))
        with pytest.raises(UsageProblem, match="a sound alone is no reference"):
            order.body(None)

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "it is empty"),
            (b"just words", "it is not a PNG, JPEG, GIF or WebP image"),
            (b"%PDF-1.7", "it is not a PNG, JPEG, GIF or WebP image"),
        ],
    )
    def test_what_is_no_picture(self, tmp_path: Path, content: bytes, why: str) -> None:
        """A file is judged by what is in it, not by its name."""
        path = tmp_path / "frame.png"
        path.write_bytes(content)
        with pytest.raises(UsageProblem) as caught:
            Order(model=PRO, image=str(path)).body(None)

        assert caught.value.message.endswith(why)

    def test_a_missing_picture(self, tmp_path: Path) -> None:
        """A file that is not there is named."""
        path = tmp_path / "none.png"
        with pytest.raises(UsageProblem) as caught:
            Order(model=PRO, image=str(path)).body(None)

        assert f"cannot attach `{path}`: no such file or directory" == caught.value.message

    def test_a_picture_that_is_too_large(self, tmp_path: Path) -> None:
        """A picture over 20 MB is refused before it is sent."""
        path = tmp_path / "huge.png"
        with path.open("wb") as file:
            file.write(PNG)
            file.truncate(20 * 1024 * 1024 + 1)
        with pytest.raises(UsageProblem, match="an image may have 20 MB at most"):
            Order(model=PRO, image=str(path)).body(None)


class TestWritten:
    def test_text_alone(self) -> None:
        """Words are one text item; flags in them stay as they are."""
        assert {
            "model": PRO,
            "content": [{"type": "text", "text": "a boat --rs 720p"}],
        } == sent(Order(model=PRO, prompt="a boat --rs 720p"))

    def test_every_field(self) -> None:
        """Each option is the body field of the wire."""
        fields = {
            "resolution": "1080p",
            "ratio": "adaptive",
            "duration": 5,
            "seed": -1,
            "camera_fixed": False,
            "watermark": True,
            "generate_audio": True,
            "return_last_frame": True,
            "service_tier": "flex",
            "callback_url": "https://h/c",
            "frames": None,
        }
        body = sent(Order(model=PRO, prompt="p", fields=fields))
        del fields["frames"]

        assert {"model": PRO, "content": [{"type": "text", "text": "p"}], **fields} == body

    def test_frames(self) -> None:
        """First and last frame have their roles; a file is a data URL of its type."""
        assert [
            {"type": "text", "text": "p"},
            {"type": "image_url", "image_url": {"url": A}, "role": "first_frame"},
            {
                "type": "image_url",
                "image_url": {"url": "data:image/png;base64,iVBORw0KGgpwaXhlbHM="},
                "role": "last_frame",
            },
        ] == sent(Order(model=PRO, prompt="p", image=A, last_frame="-"), PNG)["content"]

    def test_references(self) -> None:
        """A linked reference is an image, a video or a sound, by the end of its name."""
        links = ("https://h/a.png?x=y.mp4", "https://h/b.MP4", "https://h/c.wav", "https://h/d")

        assert [
            ("image_url", "reference_image"),
            ("video_url", "reference_video"),
            ("audio_url", "reference_audio"),
            ("image_url", "reference_image"),
        ] == [
            (item["type"], item["role"])
            for item in sent(Order(model=NEWER, references=links))["content"]
        ]

    def test_further_fields(self) -> None:
        """`-P` reaches every field of the body, also those without an option, and wins."""
        draft = [{"type": "draft_task", "draft_task": {"id": "cgt-1"}}]
        order = Order(
            model=PRO, fields={"seed": 1}, params={"content": draft, "priority": 3, "seed": 2}
        )

        assert {"model": PRO, "content": draft, "priority": 3, "seed": 2} == sent(order)

    @pytest.mark.parametrize(
        ("model", "seconds"),
        [(PRO, 2), (PRO, 12), (NEWER, 4), (NEWER, 15), (NEWER, -1), ("other", 30), ("other", -1)],
    )
    def test_durations(self, model: str, seconds: int) -> None:
        """Each family of models has its own range, and the newer ones may decide."""
        order = Order(model=model, prompt="p", fields={"duration": seconds})

        assert seconds == sent(order)["duration"]

    @given(st.integers(min_value=-10, max_value=320))
    def test_frames_are_25_and_a_multiple_of_four(self, frames: int) -> None:
        """Of all numbers exactly 29, 33, … 289 are taken, and what is suggested instead is too."""
        order = Order(model=PRO, prompt="p", fields={"frames": frames})
        allowed = {25 + 4 * number for number in range(1, 67)}
        if frames in allowed:
            assert frames == sent(order)["frames"]
        else:
            near = refusal(order).rpartition("near it: ")[2].rstrip(")").split(" and ")
            assert set(map(int, near)) <= allowed
