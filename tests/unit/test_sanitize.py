"""The output firewall: nothing from elsewhere can steer a terminal."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.render.sanitize import Sanitizer, clean, clean_line, one_line

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TEXT = st.text(
    st.one_of(
        st.sampled_from("\x1b\x9b\x07\r\n\t\x00\x7f\x85\x90\u202e\u2066[]0;mJab\\"),
        st.characters(exclude_categories=["Cs"]),
    )
)


class TestClean:
    @pytest.mark.parametrize(
        ("name", "text", "safe"),
        [
            ("colour", "\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
            ("clear the screen", "a\x1b[2Jb", "a␛[2Jb"),
            ("title", "\x1b]0;owned\x07", "␛]0;owned␇"),
            ("clipboard (OSC 52)", "\x1b]52;c;ZXZpbA==\x1b\\", "␛]52;c;ZXZpbA==␛\\"),
            ("hyperlink (OSC 8)", "\x1b]8;;http://x\x1b\\", "␛]8;;http://x␛\\"),
            ("unterminated OSC", "\x1b]0;the rest of the answer", "␛]0;the rest of the answer"),
            ("device query (DECRQSS)", "\x1bP$qm\x1b\\", "␛P$qm␛\\"),
            ("end of a bracketed paste", "\x1b[201~rm -rf\r", "␛[201~rm -rf␍"),
            ("8-bit CSI", "\x9b2J", "<U+009B>2J"),
            ("8-bit OSC and ST", "\x9d0;t\x9c", "<U+009D>0;t<U+009C>"),
            ("next line (NEL)", "a\x85b", "a<U+0085>b"),
            ("overwriting a line", "safe\rEVIL", "safe␍EVIL"),
            ("backspace", "ab\b\bcd", "ab␈␈cd"),
            ("delete and null", "a\x7fb\x00c", "a␡b␀c"),
            ("bidirectional override", "a\u202etxt.exe", "a<U+202E>txt.exe"),
            ("bidirectional isolate", "\u2066x\u2069", "<U+2066>x<U+2069>"),
        ],
    )
    def test_sequences_become_visible(self, name: str, text: str, safe: str) -> None:
        """What steers a terminal is shown as text, its parameters with it."""
        assert safe == clean(text), name

    @pytest.mark.parametrize(
        "text",
        [
            "plain",
            "two\nlines\tand a tab",
            "中文 한국어 العربية עברית é e\u0301",
            "👩\u200d👩\u200d👧 ✌\ufe0f \u200f",
            "",
        ],
    )
    def test_text_passes(self, text: str) -> None:
        """Text in any script, newlines and tabs pass as they are."""
        assert text == clean(text)

    def test_a_windows_newline_is_a_newline(self) -> None:
        """CR LF is one newline; a CR alone is shown."""
        assert "a\nb␍c" == clean("a\r\nb\rc")

    @given(TEXT)
    def test_nothing_that_steers_is_left(self, text: str) -> None:
        """Whatever the text, no control character but newline and tab is left in it."""
        assert None is STEERING.search(clean(text))

    @given(TEXT)
    def test_cleaning_again_changes_nothing(self, text: str) -> None:
        """What is clean stays as it is."""
        assert clean(text) == clean(clean(text))


class TestOneLine:
    def test_breaks_become_blanks(self) -> None:
        """A name or a cell stays on its line: runs of newlines and tabs are one blank."""
        assert "a b c d" == one_line("a\r\n\tb\nc\u2028d")

    @given(TEXT)
    def test_a_clean_line_has_no_breaks(self, text: str) -> None:
        """A cleaned line can be printed in a table."""
        assert None is re.search("[\n\t]", clean_line(text))


class TestSanitizer:
    @given(TEXT, st.lists(st.integers(0, 40)))
    def test_splits_make_no_difference(self, text: str, cuts: list[int]) -> None:
        """However a text is split, its pieces together are what cleaning it whole gives."""
        sanitizer = Sanitizer()
        places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
        pieces = [text[begin:end] for begin, end in pairwise(places)]

        safe = "".join(map(sanitizer.feed, pieces)) + sanitizer.finish()

        assert clean(text) == safe

    def test_a_final_carriage_return_waits(self) -> None:
        """A CR at the end of a piece may be half of a newline; at the end of all it is shown."""
        sanitizer = Sanitizer()

        assert "a" == sanitizer.feed("a\r")
        assert "\nb" == sanitizer.feed("\nb\r")
        assert "␍" == sanitizer.finish()
        assert "" == sanitizer.finish()
