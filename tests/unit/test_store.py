"""The configuration file: private, whole at any moment, and never overwritten by halves."""

from __future__ import annotations

import fcntl
import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from tests.unit.storing import put, written
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.settings.store import Document, Store
from yourouter_cli.settings.toml_edit import Drop, Edit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def names(path: Path) -> set[str]:
    """Return the names of the files in the directory *path*."""
    return {entry.name for entry in path.iterdir()}


class TestWriting:
    def test_file_and_directory_are_private_from_birth(self, store: Store) -> None:
        """The file is 0600 in a 0700 directory, whatever the umask."""
        os.umask(0)

        assert () == put(store)

        assert 0o600 == stat.S_IMODE(store.path.stat().st_mode)
        assert 0o700 == stat.S_IMODE(store.path.parent.stat().st_mode)
        lock = store.path.with_name(".config.toml.lock")
        assert 0o600 == stat.S_IMODE(lock.stat().st_mode)
        assert {lock.name, store.path.name} == names(store.path.parent)

    def test_a_link_stays_a_link(self, store: Store, tmp_path: Path) -> None:
        """A configuration that is a link into the user's dotfiles is changed there."""
        dotfiles = tmp_path / "dotfiles"
        dotfiles.mkdir()
        real = dotfiles / "yourouter.toml"
        real.touch(0o600)
        real.write_text("# mine\n")
        store.path.parent.mkdir()
        store.path.symlink_to(real)

        put(store)

        assert store.path.is_symlink()
        assert '# mine\n\n[profiles.default]\nmodel = "new"\n' == real.read_text()
        assert {"config.toml"} == names(store.path.parent)

    def test_a_change_of_nothing_writes_nothing(self, store: Store) -> None:
        """Setting what is set already leaves the file alone."""
        put(store)
        before = store.path.stat().st_ino

        assert () == put(store)

        assert before == store.path.stat().st_ino

    def test_where_comments_cannot_be_kept_the_old_file_is(self, store: Store) -> None:
        """A change that no line edit can make is made anew, and the user told of the old file."""
        old = '# mine\nprofiles.work.model = "a"\n'
        path = written(store, old)

        notices = store.change(lambda _: [Drop(("profiles", "work", "model"))])

        backup = path.with_name("config.toml.bak")
        assert (f"comments could not be kept; the old file is `{backup}`",) == notices
        assert old == backup.read_text()
        assert 0o600 == stat.S_IMODE(backup.stat().st_mode)
        assert {"profiles": {"work": {}}} == store.read()

    def test_a_broken_file_is_never_overwritten(self, store: Store) -> None:
        """A change to a file that is not TOML is refused; the file stays as it is."""
        path = written(store, "model = \n")

        with pytest.raises(ConfigProblem, match="line 1, column 9"):
            put(store)

        assert "model = \n" == path.read_text()

    def test_a_plan_that_fails_leaves_everything_as_it_was(self, store: Store) -> None:
        """An error while deciding what to change changes nothing, and lets go of the lock."""
        put(store, "old")

        def plan(_: Document) -> list[Edit]:
            raise ConfigProblem("no")

        with pytest.raises(ConfigProblem, match=r"^no$"):
            store.change(plan)

        assert {"profiles": {"default": {"model": "old"}}} == store.read()
        assert () == put(store)

    def test_what_a_killed_writer_left_does_not_matter(self, store: Store) -> None:
        """A temporary file of a writer that was killed is written over."""
        put(store, "old")
        left = store.path.with_name(".config.toml.new")
        left.write_text("garbage that is longer than the file")

        put(store)

        assert {"profiles": {"default": {"model": "new"}}} == store.read()
        assert not left.exists()

    def test_a_writer_that_does_not_let_go_is_not_waited_for_without_end(
        self, tmp_path: Path
    ) -> None:
        """After ten seconds behind another writer there is a clear error."""
        clock = FakeClock()
        store = Store(tmp_path / "config.toml", clock=clock)
        put(store, "old")

        with (tmp_path / ".config.toml.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(ConfigProblem, match=r"another program has held .* for 10 s"):
                put(store)

        assert 10 <= sum(clock.waits) < 10.1
        assert {"profiles": {"default": {"model": "old"}}} == store.read()

    def test_a_directory_in_its_place_stays(self, store: Store) -> None:
        """A directory in the file's place is not replaced."""
        store.path.mkdir(parents=True)

        with pytest.raises(ConfigProblem, match="is not a file"):
            put(store)

        assert store.path.is_dir()

    def test_a_file_in_the_place_of_the_directory_stays(self, store: Store) -> None:
        """Where no directory can be made, the error says what is in the way."""
        store.path.parent.write_text("precious")

        with pytest.raises(ConfigProblem, match=r"cannot (read|write) `.*`: "):
            put(store)

        assert "precious" == store.path.parent.read_text()


class TestReplacing:
    def test_a_text_is_replaced_as_a_whole(self, store: Store) -> None:
        """The edited text takes the place of the one it was made from."""
        put(store)

        store.replace(store.text(), "# all new\n")

        assert "# all new\n" == store.text()
        assert not store.path.with_name("config.toml.bak").exists()

    def test_the_old_text_can_be_kept(self, store: Store) -> None:
        """With *keep* the old text is beside the new one."""
        put(store)
        old = store.text()

        store.replace(old, "# all new\n", keep=True)

        assert old == store.path.with_name("config.toml.bak").read_text()

    def test_a_change_in_between_is_not_lost(self, store: Store) -> None:
        """What another program wrote meanwhile is not overwritten."""
        put(store)
        seen = store.text()
        put(store, "newer")

        with pytest.raises(ConfigProblem, match="was changed by another program meanwhile"):
            store.replace(seen, "# mine\n")

        assert {"profiles": {"default": {"model": "newer"}}} == store.read()
