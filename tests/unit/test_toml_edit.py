"""Editing TOML line by line: what the user wrote stays, what was asked for is there."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.settings.toml_edit import Barred, Drop, Edit, Put, applied, edited, line_of

WORK = ("profiles", "work")

FILE = """\
# my gateways
default_profile = "work"  # the paid one

# at the office
[profiles.work]
  # which model?
  model = "a"   # cheap
  fallback_models = [
    "b",  # first
    "c # not a comment",
  ]
  system = \"\"\"
[profiles.fake]
model = "x"
\"\"\"

[ profiles . "at home" ]
headers.X-Team = 'red'   # mine
headers."X-Other" = "blue"
params = { top_k = 5, deep = { a = [1, 2] } }
# the end
"""


class TestExamples:
    @pytest.mark.parametrize(
        ("edit", "old", "new"),
        [
            (Put((*WORK, "model"), "z"), '"a"   # cheap', '"z"   # cheap'),
            (
                Put((*WORK, "fallback_models"), ["d", "e"]),
                '[\n    "b",  # first\n    "c # not a comment",\n  ]',
                '["d", "e"]',
            ),
            (
                Put((*WORK, "system"), "be\nbrief"),
                '"""\n[profiles.fake]\nmodel = "x"\n"""',
                '"be\\nbrief"',
            ),
            (Put((*WORK, "retries"), 5), 'x"\n"""\n', 'x"\n"""\n  retries = 5\n'),
            (Drop((*WORK, "model")), '  model = "a"   # cheap\n', ""),
            (Drop(("default_profile",)), 'default_profile = "work"  # the paid one\n', ""),
            (Put(("profiles", "at home", "headers", "X-Team"), "x"), "'red'", '"x"'),
            (
                Drop(("profiles", "at home", "headers", "X-Team")),
                "headers.X-Team = 'red'   # mine\n",
                "",
            ),
            (
                Put(("profiles", "at home", "headers", "X-New"), "y"),
                '"X-Other" = "blue"\n',
                '"X-Other" = "blue"\nheaders.X-New = "y"\n',
            ),
            (
                Put(("profiles", "at home", "params", "deep", "a"), 9),
                "{ top_k = 5, deep = { a = [1, 2] } }",
                "{ top_k = 5, deep = { a = 9 } }",
            ),
            (
                Drop(("profiles", "at home", "params", "top_k")),
                "{ top_k = 5, deep",
                "{ deep",
            ),
            (
                Put(("profiles", "new", "model"), "n"),
                "# the end\n",
                '# the end\n\n[profiles.new]\nmodel = "n"\n',
            ),
            (
                Put(("profiles", "ein Büro", "model"), "n"),
                "# the end\n",
                '# the end\n\n[profiles."ein Büro"]\nmodel = "n"\n',
            ),
        ],
        ids=lambda value: str(value) if isinstance(value, Put | Drop) else "",
    )
    def test_only_the_place_meant_changes(self, edit: Edit, old: str, new: str) -> None:
        """One edit changes one place; every other byte of the file stays."""
        assert 1 == FILE.count(old)

        assert FILE.replace(old, new) == edited(FILE, [edit])

    def test_a_profile_goes_with_all_it_has(self) -> None:
        """Dropping a table drops its header and its keys, and nothing of the next one."""
        result = edited(FILE, [Drop(WORK)])

        assert result is not None
        assert {"default_profile", "profiles"} == set(tomllib.loads(result))
        assert {"at home"} == set(tomllib.loads(result)["profiles"])
        assert "# the end\n" == result[-10:]

    def test_windows_line_ends_stay(self) -> None:
        """A file with CR LF gets new lines with CR LF."""
        text = '[profiles.work]\r\nmodel = "a" # c\r\n'

        assert '[profiles.work]\r\nmodel = "b" # c\r\nretries = 1\r\n' == edited(
            text, [Put((*WORK, "model"), "b"), Put((*WORK, "retries"), 1)]
        )

    def test_a_last_line_without_newline_is_no_trap(self) -> None:
        """What is added stands on a line of its own."""
        assert '[profiles.work]\nmodel = "a"\nretries = 1\n' == edited(
            '[profiles.work]\nmodel = "a"', [Put((*WORK, "retries"), 1)]
        )

    def test_a_top_level_key_stands_before_the_tables(self) -> None:
        """A first `default_profile` cannot slip into a table."""
        assert 'default_profile = "work"\n\n# mine\n[profiles.work]\n' == edited(
            "# mine\n[profiles.work]\n", [Put(("default_profile",), "work")]
        )

    def test_a_table_of_its_own_becomes_one_line(self) -> None:
        """A setting that was a table of its own can be set as a whole."""
        text = '[profiles.work]\nmodel = "a"\n[profiles.work.headers]\nX-A = "1"\n'

        assert '[profiles.work]\nmodel = "a"\nheaders = { X-B = "2" }\n' == edited(
            text, [Put((*WORK, "headers"), {"X-B": "2"})]
        )

    @pytest.mark.parametrize(
        "text",
        [
            'profiles = { work = { model = "a" } }\n',
            'profiles.work.model = "a"\n',
            "[profiles]\nwork.model = 'a'\n",
        ],
    )
    def test_other_spellings_of_a_profile_are_understood(self, text: str) -> None:
        """Inline tables and dotted keys are edited where they are."""
        result = edited(text, [Put((*WORK, "model"), "b"), Put((*WORK, "retries"), 3)])

        assert result is not None
        assert {"profiles": {"work": {"model": "b", "retries": 3}}} == tomllib.loads(result)

    def test_what_cannot_be_edited_by_lines_is_said(self) -> None:
        """Where the result would not be what was meant, there is none."""
        text = 'profiles.work.model = "a"\n'  # without it, no profile would be left

        assert edited(text, [Drop((*WORK, "model"))]) is None

    def test_a_value_in_the_way_of_a_table_is_an_error(self) -> None:
        """An edit never replaces a value by a table."""
        with pytest.raises(Barred, match="`work` is not a table"):
            applied(Put((*WORK, "model"), "a"), {"profiles": {"work": 5}})


class TestLines:
    @pytest.mark.parametrize(
        ("path", "line"),
        [
            (("default_profile",), 2),
            (WORK, 5),
            ((*WORK, "model"), 7),
            ((*WORK, "system"), 12),
            ((*WORK, "nowhere"), 5),
            (("profiles", "at home", "headers", "X-Other"), 19),
            (("profiles", "at home", "params", "top_k"), 20),
            (("nowhere",), None),
        ],
    )
    def test_a_key_has_a_line(self, path: tuple[str, ...], line: int | None) -> None:
        """A complaint about a key can name its line, or that of the table around it."""
        assert line == line_of(FILE, path)


names = st.sampled_from(["a", "b", "with blank", "ü", 'quo"te', "3"])
scalars = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
paths = st.lists(names, min_size=1, max_size=3).map(tuple)
edits = st.one_of(st.builds(Put, paths, values), st.builds(Drop, paths))


class TestProperties:
    @given(st.dictionaries(names, values, max_size=4), st.lists(edits, min_size=1, max_size=3))
    def test_the_result_says_exactly_what_was_intended(
        self, document: dict[str, Any], changes: list[Edit]
    ) -> None:
        """Whatever the file and the edits, the result means what they mean together, or is none."""
        text = _with_comments(_dumped(document))
        intended = tomllib.loads(text)
        try:
            for change in changes:
                intended = applied(change, intended)
        except Barred:
            return

        result = edited(text, changes)

        assert result is None or intended == tomllib.loads(result)

    @given(
        st.dictionaries(names, st.dictionaries(names, scalars, max_size=3), min_size=1, max_size=3),
        st.data(),
    )
    def test_comments_survive_where_profiles_are_plain(
        self, document: dict[str, dict[str, Any]], data: st.DataObject
    ) -> None:
        """In a file of tables with plain values an edit never fails and loses no comment."""
        text = _with_comments(_dumped(document))
        path = (data.draw(st.sampled_from(sorted(document))), data.draw(names))
        change = data.draw(st.one_of(st.builds(Put, st.just(path), scalars), st.just(Drop(path))))

        result = edited(text, [change])

        assert result is not None
        lost = set(_comments(text)) - set(_comments(result))
        assert len(lost) <= (1 if isinstance(change, Drop) else 0)


def _dumped(document: dict[str, Any]) -> str:
    import tomli_w

    return tomli_w.dumps(document)


def _with_comments(text: str) -> str:
    """Return *text* with a comment of its own on each line that can bear one."""
    lines = text.split("\n")
    return "\n".join(
        f"{line}  # comment {number}" if _is_whole(line) else line
        for number, line in enumerate(lines)
    )


def _is_whole(line: str) -> bool:
    try:
        tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _comments(text: str) -> list[str]:
    return [line.rpartition("  # ")[2] for line in text.split("\n") if "  # comment" in line]
