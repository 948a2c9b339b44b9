"""Texts that are hard to show: rich Markdown, control sequences, cut characters."""

from __future__ import annotations

SECTION = """\
# Section {number}: a document from the sandbox

Plain text with *emphasis*, **strong words**, ~~a mistake~~, `inline code` and [a link]\
(https://example.com/sandbox?section={number} "Example").

## Lists

1. First, with a second paragraph

   that belongs to the item.
2. Second
   - nested, with **strong** words
     - nested deeper, with `code`
   - and back
3. Third

- [x] a task that is done
- [ ] a task that is open

## A table

| model | wörter | 价格 | share |
| :---- | -----: | :--: | ----- |
| `echo` | 12 | ¥1 | 50 % |
| `think` | 345 | ¥22 | a \\| b |

## Code

```python
def greet(name: str) -> str:
    \"\"\"Say hello.\"\"\"
    return f"hello, {{name}}"  # 你好 👋
```

    indented code, **not strong**

> A quote of two lines,
> with a list inside:
>
> - one
> - two

---

中文、日本語、한국어 stand beside Ελληνικά and العربية. Emoji: 🙂 👩‍👩‍👧 🇪🇺 e\u0301.

A line with a hard break at its end,\\
and <https://example.com/> as its last word.

"""

# Window title, cleared screen, the clipboard, a question to the terminal, C1, direction of text.
BEFORE_ESCAPED = (
    "before\n",
    "\x1b]0;sandbox was here\x07",
    "\x1b[2J\x1b[H",
    "\x1b]52;c;c2FuZGJveA==\x1b\\",
    "\x1bP$qm\x1b\\",
    "\x9b31m",
    "\u202e",
)
AFTER_ESCAPED = (
    "\u202c",
    "\x1b[",  # a sequence that is cut between two pieces
    "0m",
    "\x08\x7f\x00\rafter\n",
)

# Halves of pairs in pieces of their own, line ends that are none in an event stream, and marks
# that belong to the letter in the piece before.
UNICODE = (
    "smile: ",
    "\ud83d",
    "\ude00",
    " family: ",
    "👩",
    "\u200d",
    "👧",
    " line\u2028separator",
    " next\u0085line",
    " feed\x0c",
    " e",
    "\u0301",
    " ㅎ",
    "ㅏ",
    " end",
)


def section(number: int) -> str:
    """Return section *number* of the Markdown document."""
    return SECTION.format(number=number)
