"""The configuration file, read: what is wrong in it is told, and reading makes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.unit.storing import put, written
from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from yourouter_cli.settings.store import Store

THERE = "and this one is there already"
EXPECTED_A_VALUE = 'expected a value such as "text", 5, true or ["a", "b"]'


class TestReading:
    def test_a_missing_file_is_an_empty_one_and_stays_missing(self, store: Store) -> None:
        """Reading never creates anything."""
        assert ({}, "") == (store.read(), store.text())
        assert not store.path.parent.exists()

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o622, 0o644])
    def test_a_file_open_to_others_is_refused(self, mode: int, store: Store) -> None:
        """A file that others can read is refused with the command that closes it."""
        path = written(store, "", mode)

        with pytest.raises(ConfigProblem, match="can be read or changed by others") as caught:
            store.read()

        assert (f"chmod 600 '{path}'",) == caught.value.hints

    @pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
    def test_a_private_file_is_read(self, mode: int, store: Store) -> None:
        """What only the user can read is fine."""
        written(store, 'default_profile = "a"', mode)

        assert {"default_profile": "a"} == store.read()

    @pytest.mark.parametrize(
        ("text", "place", "expected"),
        [
            ("a = \n", "line 1, column 5", EXPECTED_A_VALUE),
            ("x = 1\ny 5\n", "line 2, column 3", "expected '=' after a key in a key/value pair"),
            ("x = 1\n[a\n", "line 2, column 3", "expected ']' at the end of a table declaration"),
            ("= 5", "line 1, column 1", "expected `key = value`, a `[table]` or a comment"),
            ("x = [1, 2", "line 1, column 10", "expected `,` or `]`"),
            ("x = {a = 1", "line 1, column 11", "expected `,` or `}`"),
            ('x = """a\nbc', "line 2, column 3", "expected a closing quote"),
            (
                'x = "a\ny = 1\n',
                "line 1, column 7",
                "expected a closing quote before the end of the line",
            ),
            (
                'x = "\\q"\n',
                "line 1, column 8",
                "expected `\\\\` for a backslash, or the text in single quotes",
            ),
            ("x = 1\nx = 2\n", "line 2, column 6", f"expected each key once, {THERE}"),
            ("x = {a = 1, a = 2}\n", "line 1, column 18", f"expected each key once, {THERE}"),
            ("[x]\n[x]\n", "line 2, column 3", f"expected each table once, {THERE}"),
            (
                "[ü]\n",
                "line 1, column 2",
                'expected a name; a special one in quotes: "a b"',
            ),
            ("[" * 5000, "", ""),
            ("x = " + "[" * 100_000, "", ""),
        ],
    )
    def test_a_broken_file_is_reported_with_line_and_column(
        self, text: str, place: str, expected: str, store: Store
    ) -> None:
        """What is not TOML is an error with the place, what was expected, and how to mend it."""
        path = written(store, text)

        with pytest.raises(ConfigProblem) as caught:
            store.read()

        assert caught.value.message.startswith(f"`{path}`")
        if place:
            assert f"`{path}`, {place}: {expected}" == caught.value.message
        assert ("yourouter config edit",) == caught.value.hints

    def test_bytes_that_are_no_text_are_reported_with_their_line(self, store: Store) -> None:
        """A file that is not UTF-8 is an error, too."""
        written(store, "")
        store.path.write_bytes(b"# caf\xc3\xa9\n# caf\xe9\n")

        with pytest.raises(ConfigProblem, match="line 2: expected UTF-8 text"):
            store.read()

    def test_a_byte_order_mark_is_let_by(self, store: Store) -> None:
        """A file saved by an editor that marks UTF-8 is read."""
        written(store, "\ufeffdefault_profile = 'a'\n")

        assert {"default_profile": "a"} == store.read()

    def test_a_directory_in_its_place_is_reported(self, store: Store) -> None:
        """A directory in the file's place is one clear line."""
        store.path.mkdir(parents=True)

        with pytest.raises(ConfigProblem, match="is not a file"):
            store.read()

    def test_a_file_in_the_place_of_the_directory_is_reported(self, store: Store) -> None:
        """A file in the directory's place is one clear line."""
        store.path.parent.write_text("")

        with pytest.raises(ConfigProblem, match=r"cannot read `.*`: not a directory"):
            store.read()

    def test_a_link_that_leads_nowhere_is_reported(self, store: Store) -> None:
        """A dangling link is an error, since the user meant a file to be there."""
        store.path.parent.mkdir()
        store.path.symlink_to("gone.toml")

        with pytest.raises(ConfigProblem, match=r"is a link to `gone\.toml`, which does not"):
            store.read()

    def test_a_link_to_itself_is_reported(self, store: Store) -> None:
        """A loop of links is an error."""
        store.path.parent.mkdir()
        store.path.symlink_to(store.path.name)

        with pytest.raises(ConfigProblem, match="cannot read"):
            store.read()
        with pytest.raises(ConfigProblem):
            put(store)

    def test_a_fifo_is_not_waited_for(self, store: Store) -> None:
        """Something that is no file is refused at once."""
        store.path.parent.mkdir()
        os.mkfifo(store.path, 0o600)

        with pytest.raises(ConfigProblem, match="is not a file"):
            store.read()
