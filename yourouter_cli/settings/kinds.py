"""Kinds of values: how each is read from text, checked, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.settings.secret import Secret, flaw_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DIALECTS = ("openai", "anthropic", "gemini")
# These would send the key twice or to the wrong place, or break the framing of a request.
RESERVED_HEADERS = frozenset(
    {"authorization", "x-api-key", "host", "content-length", "transfer-encoding", "connection"}
)
_HEADER_MARKS = frozenset("!#$%&'*+-.^_`|~")
# What ends a word, or may, in a list or command that is given as text.
_PARTING = frozenset(", \t\r\n\"'\\[")
_INFINITY = float("inf")
_LONGEST_SECONDS = 10_000_000
_MOST_RETRIES = 100


class BadValue(ValueError):
    """A value that a setting cannot have; the message says what it must be, never what it was."""


class Kind(NamedTuple):
    """How values of one kind are read from text, checked, and written as text again."""

    parse: Callable[[str], Any]
    check: Callable[[Any], Any]
    show: Callable[[Any], str] = str


def _word(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadValue("must be text, and not empty")
    if not value.isascii() or not value.isprintable():
        raise BadValue("must be one line of ASCII text")
    return value.strip()


def _prose(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue("must be text")
    return value


def _url(value: Any) -> str:
    from yourouter_cli.settings.addresses import checked_url  # 0.1 ms that completion does without

    if not isinstance(value, str):
        raise BadValue("must be a URL such as https://host/v1")
    try:
        return checked_url(value)
    except ValueError as error:
        raise BadValue(str(error)) from None


def _video_url(value: Any) -> str:
    url = _url(value)
    if not url.endswith("/api/v3"):
        raise BadValue("must end in /api/v3: it is what stands before /contents/generations/tasks")
    return url


def _dialect(value: Any) -> str:
    if value not in DIALECTS:
        raise BadValue(f"must be one of {', '.join(DIALECTS)}")
    return str(value)


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise BadValue("must be a list of texts")
    return tuple(map(_word, value))


def _command(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise BadValue("must be a list: a program and its arguments")
    if not value or not value[0] or any("\0" in part for part in value):
        raise BadValue("must be a list that begins with a program")
    return tuple(value)


def _seconds(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= _LONGEST_SECONDS:
        raise BadValue("must be a positive number of seconds")
    return float(value)


def _count(value: Any) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not 0 <= value <= _MOST_RETRIES:
        raise BadValue(f"must be a whole number from 0 to {_MOST_RETRIES}")
    return int(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue("must be true or false")
    return value


def is_header_name(text: str) -> bool:
    """Return whether *text* can be the name of a header."""
    signs = (sign in _HEADER_MARKS or (sign.isascii() and sign.isalnum()) for sign in text)
    return bool(text) and all(signs)


def _headers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BadValue('must be a table of texts such as { "X-Team" = "blue" }')
    for name, text in value.items():
        if not is_header_name(name):
            raise BadValue("must have header names of letters, digits and dashes")
        if name.lower() in RESERVED_HEADERS:
            raise BadValue(f"must not have `{name}`, which this program sets itself")
        if not isinstance(text, str) or not text.isascii() or not text.isprintable():
            raise BadValue(f"must have one line of ASCII text as `{name}`")
    return {name.lower(): text for name, text in value.items()}


def _params(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not _is_json(value):
        raise BadValue("must be a table of body fields such as { top_k = 5 }")
    return dict(value)


def _is_json(value: Any) -> bool:
    match value:
        case dict():
            return all(isinstance(name, str) and _is_json(part) for name, part in value.items())
        case list():
            return all(map(_is_json, value))
        case float():
            return abs(value) < _INFINITY
        case _:
            return isinstance(value, str | bool | int)


def _secret(value: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise BadValue("must be text")
    if flaw := flaw_of(value):
        raise BadValue(flaw)
    return Secret(value)


def _variable_name(value: Any) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isidentifier():
        raise BadValue("must be the name of an environment variable, not the key itself")
    return value


def _file_name(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise BadValue("must be the name of a file")
    return value


def _keyring_entry(value: Any) -> str:
    if not isinstance(value, str) or not all(value.rpartition("/")):
        raise BadValue("must be `service/user`")
    return value


def _number_in(text: str) -> Any:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def flag_in(text: str) -> Any:
    """Return the truth that *text* names, or *text* itself when it names none."""
    word = text.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    return False if word in {"0", "false", "no", "off"} else text


def json_in(text: str) -> Any:
    """Return what *text* means as JSON, or *text* itself when it is none."""
    import json  # 1 ms that most settings do without

    try:
        return json.loads(text)
    except ValueError:
        return text


def _list_in(text: str) -> Any:
    if text.lstrip().startswith("["):
        return json_in(text)
    return [part.strip() for part in text.split(",") if part.strip()]


def _command_in(text: str) -> Any:
    if "," in text or text.lstrip().startswith("["):
        return _list_in(text)
    import shlex  # 0.3 ms, for api_key_command alone

    try:
        return shlex.split(text)
    except ValueError:
        raise BadValue("must be a list: a program and its arguments") from None


def _headers_in(text: str) -> Any:
    name, colon, value = text.partition(":")
    if colon and not text.lstrip().startswith("{"):
        return {name.strip(): value.strip()}
    return json_in(text)


def _show_words(value: Sequence[str]) -> str:
    """Return the words as they are given: with commas where these part them, else as JSON."""
    are_plain = all(word and _PARTING.isdisjoint(word) for word in value)
    return ",".join(value) if are_plain else _show_json(value)


def _show_json(value: Any) -> str:
    import json  # 1 ms that most settings do without

    return json.dumps(value, ensure_ascii=False)


def _show_headers(value: Mapping[str, str]) -> str:
    from yourouter_cli.gateway.masking import safe_headers  # 0.2 ms, for headers alone

    return _show_json(safe_headers(value))


WORD = Kind(str.strip, _word)
PROSE = Kind(str, _prose)
URL = Kind(str.strip, _url)
VIDEO_URL = Kind(str.strip, _video_url)
DIALECT = Kind(str.strip, _dialect)
LIST = Kind(_list_in, _words, _show_words)
COMMAND = Kind(_command_in, _command, _show_words)
SECONDS = Kind(_number_in, _seconds, "{:g}".format)
COUNT = Kind(_number_in, _count)
FLAG = Kind(flag_in, _flag, lambda value: str(value).lower())
HEADERS = Kind(_headers_in, _headers, _show_headers)
PARAMS = Kind(json_in, _params, _show_json)
SECRET = Kind(str, _secret, lambda value: value.masked)
VARIABLE = Kind(str.strip, _variable_name)
FILE = Kind(str.strip, _file_name)
KEYRING = Kind(str.strip, _keyring_entry)
