"""Configuration files that may hold anything."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import ConfigProblem, UsageProblem, YourouterError
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.profile import Profile, resolve
from yourouter_cli.settings.schema import faults
from yourouter_cli.settings.store import Store
from yourouter_cli.settings.toml_edit import Put, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

# Keys of these kinds are given away without a command being run or a file being opened.
HARMLESS_KEYS = {None, "api_key", "api_key_env"}

names = st.sampled_from([*SETTINGS, "profiles", "default_profile", "work", "sandbox", "", "a b"])
scalars = (
    st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([0, 1, -1, 0.5, 1e400, float("nan"), 10**30])
    | st.text(max_size=12)
    | st.sampled_from(["https://[", "http://a:99999", "https://h/v1", "auto", "true", "\x00", "é"])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(names | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
profiles = st.dictionaries(st.sampled_from(["default", "work", "sandbox"]), values, max_size=3)
documents = st.dictionaries(names, values, max_size=4) | st.fixed_dictionaries(
    {"profiles": st.dictionaries(st.just("default"), st.dictionaries(names, values, max_size=5))},
    optional={"default_profile": values},
)
toml = documents.map(lambda document: "".join(f"{_line(*item)}\n" for item in document.items()))
ragged = st.lists(
    st.sampled_from(
        [
            *("[profiles.default]", "[[profiles]]", "[a", "model = 1", 'model = "x"', "a.b.c = 1"),
            *("\x00", "'''", '"""', "\\u12", "x = 1979-05-27", "[profiles.'']", "\ufeff", "# é"),
        ]
    )
    | st.text(max_size=10),
    max_size=6,
).map("\n".join)


def _line(name: str, value: Any) -> str:
    return f"{json.dumps(name)} = {literal(value)}"


def use(text: bytes, environ: Mapping[str, str] | None = None) -> None:
    """Do with a configuration file that holds *text* all that commands do."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "config.toml"
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(text)
        store = Store(path)
        with suppress(ConfigProblem):
            list(faults(store.read()))
        with suppress(ConfigProblem, UsageProblem):
            use_all(resolve(name=None, options={}, environ=environ or {}, store=store))
        with suppress(ConfigProblem):
            store.change(lambda _: [Put(("profiles", "default", "model"), "mine")])
            assert "mine" == store.read()["profiles"]["default"]["model"]


def use_all(profile: Profile) -> None:
    """Ask *profile* for all that it knows."""
    for name, member in vars(Profile).items():
        if isinstance(member, property):
            with suppress(YourouterError):
                getattr(profile, name)
    if profile.key_setting in HARMLESS_KEYS:
        with suppress(YourouterError):
            profile.key()


@given(st.binary(max_size=60))
def test_bytes(data: bytes) -> None:
    """A file of any bytes is read, or is a problem of the configuration."""
    use(data)


@given(ragged)
def test_ragged_text(text: str) -> None:
    """A file that is nearly TOML is read, or is a problem of the configuration."""
    use(text.encode("utf-8", "surrogatepass"))


@given(toml)
def test_any_value_of_any_setting(text: str) -> None:
    """Whatever a setting is said to be, it is used or is a problem of the configuration."""
    use(text.encode("utf-8", "surrogatepass"))


@given(st.dictionaries(st.sampled_from([s.variable for s in SETTINGS.values()]), st.text()))
def test_any_value_of_any_variable(environ: dict[str, str]) -> None:
    """Whatever the environment says, it is used or is a problem that names the variable."""
    use(b"", {name: text.replace("\x00", "") for name, text in environ.items()})
