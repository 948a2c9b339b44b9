"""Links with a signature in them: shown without it, and judged before they are followed."""

from __future__ import annotations

import pytest

from yourouter_cli.gateway import links
from yourouter_cli.settings.addresses import is_loopback


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("https://h/a.mp4?X-Tos-Signature=abc&b=c", "https://h/a.mp4?***"),
        ("> GET https://h/a.mp4?sig=abc HTTP", "> GET https://h/a.mp4?*** HTTP"),
        ("location: /b?sig=abc", "location: /b?***"),
        ("https://h/a?s=1 then https://h/b?s=2", "https://h/a?*** then https://h/b?***"),
        ("https://me:pass@h/a", "https://***@h/a"),
        ("https://h/a.mp4", "https://h/a.mp4"),
        ("is it so?", "is it so?"),
    ],
)
def test_queries_are_masked(line: str, shown: str) -> None:
    """What a query holds is never shown, wherever in a line the link stands."""
    assert shown == links.masked(line)


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://files.example/a?b", True),
        ("http://127.0.0.1:8080/a", True),
        ("http://localhost/a", True),
        ("http://[::1]:80/a", True),
        ("http://files.example/a", False),
        ("http://127.0.0.1.files.example/a", False),
        ("ftp://files.example/a", False),
        ("file:///etc/passwd", False),
        ("https://me:pass@files.example/a", False),
        ("https://", False),
        ("https://h:99999/", False),
        ("https://[oops/", False),
        ("/a", False),
    ],
)
def test_what_may_be_fetched(link: str, safe: bool) -> None:
    """Only https may be fetched, and plain http on this machine."""
    assert safe is links.is_safe(link, is_loopback=is_loopback)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("X-Tos-Date=20250906T194036Z&X-Tos-Expires=86400&X-Tos-Signature=a", 1_757_274_036.0),
        ("X-Amz-Date=20250906T194036Z&X-Amz-Expires=60", 1_757_187_696.0),
        ("x-tos-date=20250906T194036Z&x-tos-expires=60", 1_757_187_696.0),
        ("Expires=1757274036&Signature=a", 1_757_274_036.0),
        ("expires=86400", None),
        ("expires=soon", None),
        ("expires=99999999999999999999", None),
        ("X-Tos-Date=yesterday&X-Tos-Expires=60", None),
        ("X-Tos-Date=20250906T194036Z&X-Tos-Expires=-60", None),
        ("", None),
    ],
)
def test_the_end_of_a_link(query: str, end: float | None) -> None:
    """A signed link says itself when it ends: by a date, or by a stamp and a life."""
    assert end == links.expiry(f"https://files.example/a.mp4?{query}")


A, HERE = "https://files.example/a?sig=1", "http://127.0.0.1:80/a?sig=1"


@pytest.mark.parametrize(
    ("link", "location", "target"),
    [
        (A, "/b?sig=2", "https://files.example/b?sig=2"),
        (A, "b", "https://files.example/b"),
        (A, "//other.example/b", "https://other.example/b"),
        (A, "https://other.example/b", "https://other.example/b"),
        (HERE, "https://other.example/b", "https://other.example/b"),
        (HERE, "/b", "http://127.0.0.1:80/b"),
        (HERE, "http://localhost:81/b", "http://localhost:81/b"),
    ],
)
def test_where_redirects_lead(link: str, location: str, target: str) -> None:
    """A redirect may lead to another place with https, and on this machine with http."""
    assert target == links.followed(link, location, is_loopback=is_loopback)


@pytest.mark.parametrize(
    ("link", "location", "why"),
    [
        (A, "http://files.example/b?sig=2", "it redirects to http://files.example/b?***, which"),
        (A, "http://127.0.0.1/b?sig=2", "it redirects from https to http://127.0.0.1/b?***"),
        (HERE, "http://files.example/b", "which is not https"),
        (A, "ftp://files.example/b", "which is not https"),
        (A, "https://me:pass@files.example/b", r"to https://***@files.example/b, which"),
        (A, "", "it redirects nowhere"),
        (A, "http://[", "it redirects nowhere"),
    ],
)
def test_where_redirects_do_not_lead(link: str, location: str, why: str) -> None:
    """A redirect from https to http is not followed, not even to this machine."""
    with pytest.raises(ValueError, match="redirects") as caught:
        links.followed(link, location, is_loopback=is_loopback)

    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://h/a/b.mp4?c=d", "/a/b.mp4"),
        ("https://h", ""),
        ("http://[::1]:80/a", "/a"),
        ("http://[h/a", None),
        ("http://h:no/a", None),
        ("http:///a", None),
        ("", None),
    ],
)
def test_paths(link: str, path: str | None) -> None:
    """What a link leads to is told by its path; what is no link has none."""
    assert path == links.path_in(link)


def test_origins() -> None:
    """The origin of a link has neither path nor query."""
    assert "https://files.example:8443" == links.origin("https://files.example:8443/a/b?c=d")
