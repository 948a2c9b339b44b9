"""What a line of status says of a download, and how it is drawn."""

from __future__ import annotations

from io import BytesIO

from tests.driver import FakeClock
from yourouter_cli.commands.video.progress import Progress
from yourouter_cli.render.status_line import StatusLine, bar
from yourouter_cli.streams import Streams


def test_bars() -> None:
    """A bar is filled in eighths of a column; what is out of bounds is at the bound."""
    assert " " * 20 == bar(0.0) == bar(-1.0)
    assert "█" * 20 == bar(1.0) == bar(7.0)
    assert "█" * 10 + " " * 10 == bar(0.5)
    assert "▏" + " " * 19 == bar(1 / 160)
    assert "█▌" + " " * 18 == bar(12 / 160)


def test_a_download() -> None:
    """Name, bar, share, sizes, speed and the time that is left are said."""
    clock = FakeClock()
    progress = Progress("a.mp4", clock)
    assert "a.mp4 0 bytes" == progress.words()

    progress(0, 10_000_000)
    assert f"a.mp4 ▕{' ' * 20}▏   0% 0 bytes of 10.0 MB" == progress.words()

    clock.sleep(2)
    progress(5_000_000, 10_000_000)
    half = f"{'█' * 10}{' ' * 10}"
    assert f"a.mp4 ▕{half}▏  50% 5.0 MB of 10.0 MB 2.5 MB/s 0:02 left" == progress.words()


def test_the_speed_is_that_of_the_last_seconds() -> None:
    """What was long ago says nothing about what is to come; nor does what was begun again."""
    clock = FakeClock()
    progress = Progress("a.mp4", clock)
    for there in (0, 9_000_000, 9_000_100, 9_000_200):
        progress(there, 9_000_300)
        clock.sleep(2)
    assert progress.words().endswith(" 25 bytes/s 0:04 left")

    progress(0, 9_000_300)
    assert progress.words().endswith(" of 9.0 MB")


def test_a_size_that_is_not_known() -> None:
    """Without a size there is no bar."""
    clock = FakeClock()
    progress = Progress("a.mp4", clock)
    progress(0, None)
    clock.sleep(1)
    progress(1_500_000, None)

    assert "a.mp4 1.5 MB 1.5 MB/s" == progress.words()


def test_a_line_is_drawn_ten_times_a_second() -> None:
    """However often it is asked for, the line is drawn at most ten times a second."""
    clock = FakeClock()
    streams = Streams.memory(terminal=True)
    line = StatusLine(streams, clock, lambda: "words", quiet=False)
    for _ in range(100):
        line.draw()
        clock.sleep(0.01)
    line.clear()
    line.clear()

    assert isinstance(streams.stderr, BytesIO)
    drawn = streams.stderr.getvalue().decode()
    assert drawn.count("words") in {9, 10, 11}
    assert drawn.endswith("words\r\x1b[K")
