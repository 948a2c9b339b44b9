"""The house: who may import whom, and who alone may do what."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest

from tests.architecture.sources import NAME, Source, room_of, sources
from yourouter_cli.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = {"version", "errors", "hints", "events", "conversation", "clock", "checks"} | {
    "disk",
    "sqlite",
    "strict_json",
    "wording",
}
# Which rooms a room may use. What is not listed is forbidden, also for type checking only.
DOORS: dict[str, set[str]] = {
    "version": set(),
    "errors": set(),
    "hints": set(),
    "checks": set(),
    "clock": set(),
    "disk": set(),
    "strict_json": set(),
    "wording": set(),
    "signals": {"errors"},
    "sqlite": {"wording"},
    "conversation": set(),
    "events": {"errors", "strict_json"},
    "streams": {"errors", "wording"},
    "sandbox": {"version"},
    "gateway": BASE,
    "dialects": BASE | {"gateway"},
    "transcripts": BASE,
    "settings": BASE | {"gateway"},
    "render": BASE | {"streams"},
    "services": BASE | {"dialects", "gateway", "transcripts"},
    # The session makes the others on first use, so it knows where they are.
    "session": BASE | {"streams", "settings", "gateway", "sandbox", "transcripts", "render"},
    "commands": BASE
    | {"streams", "session", "services", "dialects", "gateway", "transcripts", "settings"}
    | {"render", "sandbox"},
    "cli": {"version", "errors", "hints", "signals", "session", "commands", "render"},
    "__main__": {"version", "cli", "commands"},
}
# Through these doors only these modules are seen.
NARROW_DOORS: dict[tuple[str, str], set[str]] = {
    # Values and framing; no bytes travel in a dialect.
    ("dialects", "gateway"): {"gateway.exchange", "gateway.sse"},
    ("settings", "gateway"): {"gateway.exchange", "gateway.masking"},
    ("session", "sandbox"): {"sandbox.server"},
    ("session", "render"): {"render.answer", "render.sanitize"},
    ("cli", "commands"): {"commands.options", "commands.helping", "commands.completion.install"}
    | {"commands.versions"},
    # What is answered without the others, and what is written for all of them.
    ("__main__", "commands"): {"commands.completion.answer", "commands.completion.files"},
    ("cli", "render"): {"render.problems"},
    ("commands", "sandbox"): {"sandbox.server"},
}
# Which modules may import what is not ours; a prefix speaks for all below it.
GUESTS = {
    "httpx": ["gateway.transport"],
    "certifi": ["gateway.tls"],
    "typer": ["cli", "commands"],
    "rich": ["render"],
    "markdown_it": ["render"],
    "prompt_toolkit": ["services.repl"],
    "orjson": ["services.embed"],
    "numpy": ["services.embed"],
    "pyarrow": ["services.embed"],
    "jsonschema": ["services.schema"],
    "platformdirs": ["settings.places"],
    "tomli_w": ["settings"],
    "keyring": ["settings.secret"],
}
MODULES = sources()


def short(module: str) -> str:
    """Return the name of *module* without the package's."""
    return module.removeprefix(f"{NAME}.")


def breaches() -> Iterator[str]:
    """Yield each import that no door allows."""
    for source in MODULES:
        for module in source.ours:
            room, other = source.room, room_of(module)
            if other != room and other not in DOORS[room]:
                yield f"{short(source.name)} imports {short(module)}"


def test_every_room_is_known() -> None:
    """A new folder or module at the top has its place in the house."""
    assert set() == {source.room for source in MODULES} - set(DOORS)


def test_imports_go_through_doors() -> None:
    """Nothing imports upward or sideways."""
    assert [] == sorted(breaches())


def test_narrow_doors() -> None:
    """Some doors show a single module of what is behind them."""
    wrong = [
        f"{short(source.name)} imports {short(module)}"
        for source in MODULES
        for module in source.ours
        if (source.room, room_of(module)) in NARROW_DOORS
        and short(module) not in NARROW_DOORS[source.room, room_of(module)]
    ]

    assert [] == wrong


def test_commands_do_not_know_each_other() -> None:
    """A command imports nothing of another one."""
    nouns = {command.module for command in COMMANDS.values()}
    wrong = []
    for source in MODULES:
        own = source.name.split(".")[2:3]
        if source.room != "commands" or not own or own[0] not in nouns:
            continue
        for module in source.ours:
            other = module.split(".")[2:3]
            if room_of(module) == "commands" and other and other[0] in nouns - {own[0]}:
                wrong.append(f"{short(source.name)} imports {short(module)}")

    assert [] == wrong


def test_guests_stay_where_they_are_invited() -> None:
    """Each library is imported in the one place that needs it, and no other library is."""
    wrong = [
        f"{short(source.name)} imports {guest}"
        for source in MODULES
        for guest in source.others - sys.stdlib_module_names
        if not any(
            f"{short(source.name)}.".startswith(f"{place}.") for place in GUESTS.get(guest, [])
        )
    ]

    assert [] == wrong


@pytest.mark.parametrize("place", ["sandbox"])
def test_the_sandbox_lives_off_the_standard_library(place: str) -> None:
    """The sandbox uses no library, so that a misreading cannot agree with itself."""
    guests = {
        guest
        for source in MODULES
        if source.room == place
        for guest in source.others - sys.stdlib_module_names
    }

    assert set() == guests


def test_dialects_and_framing_do_no_io() -> None:
    """Bytes and values in, values out: nothing there can reach a file, a socket or a process."""
    reaching = {"socket", "ssl", "subprocess", "threading", "pathlib", "tempfile", "shutil", "time"}
    wrong = [
        f"{short(source.name)} imports {name}"
        for source in MODULES
        if source.room == "dialects" or source.name == f"{NAME}.gateway.sse"
        for name in source.others & reaching
    ]

    assert [] == wrong


def attributes(source: Source) -> Iterator[tuple[str, int]]:
    """Yield every `name.attribute` of a module, and its line."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module in {"sys", "os", "time", "random"}:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


@pytest.mark.parametrize(
    ("forbidden", "allowed"),
    [
        (
            {"sys.stdin", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"},
            {"streams"},
        ),
        ({"os.environ", "os.environb", "os.getenv", "os.putenv"}, {"session"}),
        (
            {
                "time.sleep", "time.time", "time.time_ns", "time.monotonic", "time.perf_counter",
                "random.random", "random.uniform", "random.choice",
            },
            {"clock"},
        ),
    ],
)  # fmt: skip
def test_the_world_comes_through_one_door(forbidden: set[str], allowed: set[str]) -> None:
    """Streams, environment, time and chance are handed down, so that tests can replace them."""
    wrong = [
        f"{short(source.name)}:{line} uses {what}"
        for source in MODULES
        if source.room not in allowed | {"sandbox"}
        for what, line in attributes(source)
        if what in forbidden
    ]

    assert [] == wrong


def test_the_secret_is_revealed_in_one_place() -> None:
    """A key is made readable where it is put into a header, and nowhere else."""
    places = [
        short(source.name)
        for source in MODULES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reveal"
    ]

    assert ["gateway.masking"] == places
