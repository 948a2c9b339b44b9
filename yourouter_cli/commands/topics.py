"""What `yourouter help TOPIC` tells; the manual pages tell the same.

Whatever is written down elsewhere comes from there: settings, exit codes, formats of commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import ExitCode
from yourouter_cli.render.pages import Lines, Page, Prose, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.commands.surface import Command
    from yourouter_cli.settings.fields import Setting

TOPICS = {
    "environment": "Variables that are read, and what wins over what.",
    "exit-codes": "What each exit code means.",
    "formats": "Text for people, JSON for programs: what goes to which stream.",
    "profiles": "Gateways, keys and settings under a name.",
}
FORMATS = {
    "text": "for people: an answer rendered on a terminal, exact in a pipe; lists as tables",
    "markdown": "an answer rendered also in a pipe; a conversation as a Markdown document",
    "json": "one JSON value at the end, on one line; `--json` is short for it",
    "jsonl": "one JSON object a line for each event, as it happens",
    "tap": "Test Anything Protocol: a line for each check",
}
PRECEDENCE = (
    "An option wins over an environment variable, that over the profile, that over the default."
    " `yourouter config list --origin` shows who said what."
)
_OURS = {
    "YOUROUTER_PROFILE": "the profile to use; `-p`",
    "YOUROUTER_HOME": "one directory for configuration, state and cache",
    "YOUROUTER_NO_HISTORY": "anything but 0, false, no or off: conversations are not kept",
    "YOUROUTER_NO_STDIN": "as before, standard input is ignored; `--no-stdin`",
}
_TERMINAL = {
    "NO_COLOR": "any value: no colour; `--color` wins over it",
    "FORCE_COLOR, CLICOLOR_FORCE": "any value but 0: colour in pipes too",
    "TERM": "dumb: no colour, and no moving about",
    "VISUAL, EDITOR": "the editor for `config edit` and for long prompts",
    "INPUTRC": "readline's file: whether sessions are edited as in vi or in Emacs",
    "DISPLAY, WAYLAND_DISPLAY": "whether there is a desktop with a clipboard, for /copy",
}
_NETWORK = {
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "proxies, as curl has them",
    "SSL_CERT_FILE, SSL_CERT_DIR": "certificate authorities to trust instead of the usual ones",
}
_DIRECTORIES = {
    "XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME": "where files are kept without the above",
    "HOME": "where those are, if they are not set",
}


def page_about(topic: str, commands: Sequence[Command]) -> Page:
    """Return the page about *topic*, one of `TOPICS`; *commands* are all there are."""
    if topic == "environment":
        return _environment()
    if topic == "exit-codes":
        return _exit_codes()
    return _profiles() if topic == "profiles" else _formats(commands)


def exit_codes() -> tuple[tuple[str, str], ...]:
    """Return each exit code and what it means."""
    return tuple((f"{code:d}", code.meaning) for code in ExitCode)


def variables() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the environment variables and what each is for, under headings."""
    settings = tuple((setting.variable, _meaning(setting)) for setting in _settings())
    return {
        "This program": tuple(_OURS.items()),
        "Settings": settings,
        "Directories": tuple(_DIRECTORIES.items()),
        "Terminal": tuple(_TERMINAL.items()),
        "Network": tuple(_NETWORK.items()),
    }


def files() -> tuple[tuple[str, str], ...]:
    """Return where what is kept, in a home directory `~` without further ado."""
    from yourouter_cli.settings.places import Places  # 0.4 ms that most topics do without

    places = Places.found({"HOME": "/~"}, "linux")
    kept = (
        (places.config_file, "profiles, keys and settings: `yourouter config path`"),
        (places.models_file, "models of your own, added to the catalogue"),
        (places.transcripts_file, "conversations: `yourouter history path`"),
        (places.tasks_file, "video tasks ordered here"),
        (places.history_file, "what was typed in interactive sessions"),
        (places.cache_dir, "lists of models; can be deleted at any time"),
    )
    return tuple((f"{path}".removeprefix("/"), what) for path, what in kept)


def formats_of(commands: Sequence[Command]) -> tuple[tuple[str, str], ...]:
    """Return each command that writes something, and the formats it knows."""
    return tuple(
        (" ".join(command.path[1:]), ", ".join(option.choices))
        for command in commands
        for option in command.options
        if option.key == "common_format" and not command.commands
    )


def _environment() -> Page:
    examples = Lines(
        "Examples",
        (
            "YOUROUTER_MODEL=gpt-4o yourouter chat hi",
            "YOUROUTER_BASE_URL=http://127.0.0.1:8080/v1 yourouter models list",
            "yourouter config list --origin",
        ),
    )
    blocks = [Rows(title, rows) for title, rows in variables().items()]
    return Page("", TOPICS["environment"], (examples, Prose(PRECEDENCE), *blocks))


def _exit_codes() -> Page:
    examples = Lines(
        "Examples",
        (
            'yourouter chat "Reply with exactly: ok" --expect ok || echo "exit code $?"',
            "yourouter video wait ID --timeout 60; test $? -eq 10 && echo 'still running'",
        ),
    )
    note = Prose(
        "An error is one line on standard error, `yourouter: what failed: why`, and where there is"
        " a remedy a line `hint: a command`. With --json it is one JSON object:"
        ' {"error":{"code","kind","message","hint","status","request_id","attempts"}}.'
    )
    return Page("", TOPICS["exit-codes"], (examples, Rows("Exit codes", exit_codes()), note))


def _formats(commands: Sequence[Command]) -> Page:
    examples = Lines(
        "Examples",
        (
            "yourouter chat 'List three primes' --json | jq -r .text",
            "yourouter chat 'Tell me a story' --format jsonl | jq -r .type",
            "yourouter models list --json | jq -r '.models[].id'",
        ),
    )
    streams = Prose(
        "Standard output carries the result and nothing else; reasoning, notices, progress and"
        " receipts go to standard error, where --quiet leaves errors alone. In a pipe the bytes of"
        " an answer are exact; on a terminal, control characters in it are made visible."
    )
    json = Prose(
        "With json or jsonl errors and notices are JSON too, one object a line. Unknown values are"
        " null. What is in the objects is told by `--help` of each command."
    )
    return Page(
        "",
        TOPICS["formats"],
        (
            examples,
            streams,
            Rows("Formats", tuple(FORMATS.items())),
            json,
            Rows("Formats of each command", formats_of(commands)),
        ),
    )


def _profiles() -> Page:
    examples = Lines(
        "Examples",
        (
            "yourouter config init",
            "yourouter config set -p local base_url http://127.0.0.1:8080/v1",
            "yourouter chat -p local hi",
            "yourouter config use local",
            "yourouter chat -p sandbox hi       # no key, no network",
        ),
    )
    about = Prose(
        "A profile is a gateway with a key and settings of its own. The one used is named by -p,"
        " else by YOUROUTER_PROFILE, else by `yourouter config use`, else it is `default`."
        " The profile `sandbox` is built in: it asks a gateway inside this program, which is no"
        " language model."
    )
    key = Prose(
        "A key is given by one of the settings api_key..., best by reference: to a variable, a"
        " command, a file or the keyring. A profile's key goes to that profile's gateway alone."
    )
    rows = tuple((setting.name, _described(setting)) for setting in _settings())
    return Page(
        "",
        TOPICS["profiles"],
        (examples, about, Prose(PRECEDENCE), key, Rows("Settings of a profile", rows)),
    )


def _settings() -> tuple[Setting, ...]:
    # Imported here because help of commands does without.
    from yourouter_cli.settings.fields import SETTINGS  # 5 ms that help of commands does without

    return tuple(SETTINGS.values())


def _described(setting: Setting) -> str:
    default = setting.shown(setting.default) if setting.default else ""
    return f"{setting.help} [default: {default}]" if default else setting.help


def _meaning(setting: Setting) -> str:
    return f"{_described(setting)}; setting `{setting.name}`"
