"""Markdown that arrives in pieces: rows are final as soon as they can be, and never wrong."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yourouter_cli.render.markdown.flow import Flow
from yourouter_cli.render.markdown.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text

COLORED, PLAIN = Look(color=True), Look(color=False)

# Lines that begin, continue, end or look like blocks.
LINES = st.sampled_from(
    [
        *("# heading", "###### deep *heading*", "title", "===", "---", "***"),
        *("plain words", "**bold** `code` ~~gone~~", "*open", "closed*", "hard  ", "break\\"),
        *("- item", "* star", "+ plus", "-", "- [ ] open", "- [x] done", "  - nested"),
        *("    - deeper", "1. one", "2. two", "10) ten", "1.", "  more", "   more", "      more"),
        *("> quote", ">> deeper", "> - item", "> ```", ">", "lazy"),
        *("```", "```python", "~~~", "  ```", "- ```", "def f(x): return 1", "x = '''", "'''"),
        *("/* a", "*/", "    indented", "\ttab"),
        *("| a | b |", "|---|:-:|", "| 1 | **2** |", "a|b", "-|-", "| only"),
        *("[text](http://x.y/z)", "![image](http://i)", "<http://auto.link>", "<b>bold</b>"),
        *("&amp; &#8238; &nbsp;", "中文，测试。", "한국어", "שלום", "👩\u200d👧 e\u0301", "a<br>b"),
        *("", "", "", "", ""),
    ]
)
DOCUMENT = st.builds(
    lambda lines, end: "\n".join(lines) + end,
    st.lists(
        st.builds(
            lambda indent, mark, line: " " * indent + mark + line,
            st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4, 6]),
            st.sampled_from(["", "", "", "", "> ", "- ", "1. "]),
            LINES,
        ),
        max_size=16,
    ),
    st.sampled_from(["", "\n", "\n\n"]),
)
CUTS = st.lists(st.integers(0, 400), max_size=12) | st.just(list(range(400)))


def whole(text: str, width: int = 40, look: Look = PLAIN) -> list[str]:
    """Return the rows of *text* when it is laid out at once."""
    flow = Flow(look)
    flow.feed(text)
    return [look.painted(row) for row in flow.finish(width)]


def streamed(pieces: list[str], width: int = 40, look: Look = PLAIN) -> list[str]:
    """Return the rows that become final, a frame for each piece, and those that are left."""
    flow = Flow(look)
    rows: list[Text] = []
    for piece in pieces:
        flow.feed(piece)
        final, _ = flow.take(width)
        rows += final
    rows += flow.finish(width)
    return [look.painted(row) for row in rows]


def cut(text: str, cuts: list[int]) -> list[str]:
    """Return *text* in pieces."""
    places = [0, *sorted(min(place, len(text)) for place in cuts), len(text)]
    return [text[begin:end] for begin, end in pairwise(places)]


def each(text: str, size: int) -> list[str]:
    """Return *text* in pieces of *size* characters."""
    return [text[at : at + size] for at in range(0, len(text), size)]


class TestAppendOnly:
    @given(DOCUMENT, CUTS, st.sampled_from([12, 20, 40, 80]))
    @example("+ a\n    - b\n   ```py\n\n2. two", list(range(40)), 40)
    @example("text\na|b\n -|- no table", list(range(40)), 40)
    @example("para\n#hashtag", list(range(40)), 40)
    def test_streaming_changes_nothing(self, text: str, cuts: list[int], width: int) -> None:
        """However an answer arrives, its rows are those of laying it out at once, with colours."""
        assert whole(text, width, COLORED) == streamed(cut(text, cuts), width, COLORED)

    @settings(max_examples=12)
    @given(
        st.lists(
            st.sampled_from(
                [
                    *["word"] * 8,
                    *("**bold", "text**", "*it*", "`a", "b`", "[a link](http://x/y)", "[1]"),
                    *("snake_case", "2*3", "<b>x</b>", "&amp;", "中文，测试", "a\nb", "x  \ny"),
                    *("[open", "close]", "\\*", "~~s", "t~~", "<http://auto>"),
                ]
            ),
            min_size=400,
            max_size=600,
        ),
        st.sampled_from(["", "> ", "- [x] "]),
        st.sampled_from([100, 1000]),
    )
    def test_a_long_paragraph(self, words: list[str], mark: str, size: int) -> None:
        """A paragraph of thousands of characters is parted where its meaning does not change."""
        text = mark + " ".join(words) + "\n\nafter"

        assert whole(text, 60, COLORED) == streamed(each(text, size), 60, COLORED)

    @given(st.text(max_size=60), CUTS, st.integers(1, 12))
    def test_any_text_on_any_width(self, text: str, cuts: list[int], width: int) -> None:
        """Nothing that a model may write fails, not even on a terminal of one column."""
        assert whole(text, width) == streamed(cut(text, cuts), width)


class TestExceptions:
    """Where what is final differs from laying out the whole."""

    def test_a_definition_that_comes_late(self) -> None:
        """A link that is defined in a later block stays as written; the definition is shown."""
        text = "see [it][1]\n\nmore\n\n[1]: http://x.y\n\nand [it][1]"

        assert ["see it (http://x.y)", "", "more"] == whole(text)[:3]
        assert [
            "see [it][1]",
            "",
            "more",
            "",
            "[1]: http://x.y",
            "",
            "and it (http://x.y)",
        ] == streamed(each(text, 1))

    def test_a_long_paragraph_that_becomes_a_heading(self) -> None:
        """A paragraph of more than 2,000 characters is not turned into a heading any more."""
        text = "word " * 600 + "\n===\n"

        assert whole(text, look=COLORED)[0].startswith("\x1b[1;4;35m")
        assert streamed(each(text, 100), look=COLORED)[0].startswith("word")

    def test_emphasis_without_end(self) -> None:
        """Emphasis of more than 8,000 characters is shown as it is written."""
        text = "*" + "word " * 2_000 + "end*"

        assert streamed(each(text, 100))[0].startswith("*word")

    def test_a_comment_known_by_its_end(self) -> None:
        """The text of a long comment is right even where its colour comes too late."""
        lines = [f"line {number}" for number in range(40)]
        text = "\n".join(["```javascript", "/*", *lines, "*/", "```"])

        assert whole(text) == streamed(each(text, 7))


class TestBlocks:
    @pytest.mark.parametrize(
        ("text", "rows"),
        [
            ("# One\ntext\n## Two", ["# One", "", "text", "", "## Two"]),
            ("Title\n===\nSub\n---", ["# Title", "", "## Sub"]),
            ("a *b* **c** ~~d~~ `e`", ["a b c d `e`"]),
            ("soft\nbreak, hard  \nbreak<br>here", ["soft break, hard", "break", "here"]),
            ("[a](http://x) <http://y> ![i](z)", ["a (http://x)", "http://y [i] (z)"]),
            ("<div>html &lt;</div>", ["<div>html <</div>"]),
            ("- a\n- b\n  - c\n    - d", [" • a", " • b", "    • c", "       • d"]),
            ("- a\n\n- b\n- c", [" • a", "", " • b", " • c"]),
            ("- [ ] a\n- [x] b\n- [y] c", [" ☐ a", " ☑ b", " • [y] c"]),
            ("1. a\n1. b\n\n   c", [" 1. a", " 2. b", "", "    c"]),
            ("9. a\n10. b", [" 9. a", " 10. b"]),
            ("-\n- b\n-", [" •", " • b", " •"]),
            ("> a\n>\n> b\n> > c", ["▌ a", "▌", "▌ b", "▌", "▌ ▌ c"]),
            ("- a\n  > b\n\n  c", [" • a", "   ▌ b", "", "   c"]),
            ("***", ["────────────────────"]),
            ("```python\nx = 1\n\ny\n```", ["  x = 1", "", "  y"]),
            ("```\nunclosed", ["  unclosed"]),
            ("    in\n\n    dented", ["  in", "", "  dented"]),
            ("```\na\tb\n\tc\n```", ["  a   b", "      c"]),
            ("```\n0123456789012345678901\n```", ["  012345678901234567", "  8901"]),
            ("[a]: http://x\n[b]: y\n\nc", ["[a]: http://x", "[b]: y", "", "c"]),
            ("&amp; &#8238;x &#27;[2J", ["& <U+202E>x �[2J"]),
            ("", []),
        ],
    )
    def test_rows(self, text: str, rows: list[str]) -> None:
        """Each block has its shape, and a blank row before it where it stands apart."""
        assert rows == whole(text, 20)

    def test_a_table(self) -> None:
        """Columns are as wide as they need to be, and aligned as the source says."""
        text = "| model | 价格 | x |\n|:--|--:|:-:|\n| `a` | 1 | y |\n| bb | ¥22 | zzz |\n"

        assert [
            "model  价格   x",
            "─────  ────  ───",
            "`a`       1   y",
            "bb      ¥22  zzz",
        ] == whole(text)

    def test_a_table_that_is_too_wide(self) -> None:
        """Cells wrap where the columns do not fit; the widest column gives way first."""
        text = "| a | long |\n|---|---|\n| b | one two three four |\n"

        assert ["a  long", "─  ─────────────", "b  one two three", "   four"] == whole(text, 16)

    def test_a_table_on_a_narrow_screen(self) -> None:
        """Where columns would be too narrow to read, each row is a list of its cells."""
        text = "| name | value | note |\n|---|---|---|\n| b | 42 | some words |\n"

        assert ["name: b", "value: 42", "note: some", "words", "─────"] == whole(text, 12)

    def test_colours_of_code(self) -> None:
        """Code in a known language is coloured with the terminal's own colours."""
        row = whole('```python\ndef f(): return "x"  # y\n```', 60, COLORED)[0]

        assert (
            '  \x1b[35mdef\x1b[0m \x1b[34mf\x1b[0m(): \x1b[35mreturn\x1b[0m \x1b[32m"x"\x1b[0m'
            "  \x1b[2;3m# y\x1b[0m"
        ) == row.replace('\x1b[32m"\x1b[0m\x1b[32mx\x1b[0m\x1b[32m"\x1b[0m', '\x1b[32m"x"\x1b[0m')

    @pytest.mark.parametrize("language", ["", "no-such-language", "\x1b[2J", "{1} py"])
    def test_code_in_an_unknown_language(self, language: str) -> None:
        """Whatever stands behind the fence, the code is shown."""
        assert ["  x = 1"] == whole(f"```{language}\nx = 1\n```", look=COLORED)


class TestEndless:
    """One block that never ends: most of it is final long before."""

    @pytest.mark.parametrize(
        ("name", "begin", "unit"),
        [
            ("code", "```python\n", "x = [1, 2]  # some words\n"),
            ("unknown code", "- a\n  ```\n", "  words of code\n"),
            ("indented code", "text\n\n", "    words of code\n"),
            ("a docstring", '```python\n"""\n', "words of a docstring\n"),
            ("a list", "", "- an item with `code`\n"),
            ("a numbered list", "", "1. an item with **words**\n"),
            ("nested items", "- a\n", "  - an item\n    with words\n"),
            ("a table", "| a | b |\n|---|---|\n", "| cell | more **words** |\n"),
            ("a quote", "", "> a paragraph of words\n>\n"),
            ("a paragraph", "", "words and *more* words, "),
            ("lines of a paragraph", "> ", "words and more\n> "),
            ("ideographs", "", "中文流式输出测试，没有空格。"),
            ("a word", "", "abcdefghij"),
        ],
    )
    def test_what_is_open_stays_small(self, name: str, begin: str, unit: str) -> None:
        """The open rows do not grow with the block, and the work for a piece neither."""
        flow = Flow(COLORED)
        flow.feed(begin + unit * 300)

        def frames() -> int:
            for _ in range(10):
                flow.feed(unit * 10)
                _, open_rows = flow.take(80)
            return len(open_rows)

        frames()
        (first, _), (second, open_rows) = counted(frames), counted(frames)

        assert open_rows < 60, name
        assert second < 1.3 * first, name

    def test_a_settled_table_keeps_its_columns(self) -> None:
        """After 20 rows the columns stay, with room to grow; what is wider still wraps."""
        text = "| a |\n|---|\n" + "| b |\n" * 20 + "| 10000 |\n| wide words |\n"

        assert ["b", "10000", "wide", "words"] == whole(text, 80)[-4:]
        assert whole(text) == streamed(each(text, 3))


def counted(work: Callable[[], int]) -> tuple[int, int]:
    """Return how many calls *work* made, and what it returned."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    return calls, result
