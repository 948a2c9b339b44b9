"""What a configuration may hold, and the words for what it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.errors import ConfigProblem, UsageProblem
from yourouter_cli.settings.fields import KEY_SETTINGS, SETTINGS, Setting
from yourouter_cli.settings.kinds import BadValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SANDBOX = "sandbox"
DEFAULT = "default"


class Fault(NamedTuple):
    """One thing that is wrong in the configuration, and the key it is about."""

    path: tuple[str, ...]
    message: str


def setting_named(name: str) -> Setting:
    """Return the setting called *name*, else raise `ConfigProblem` with the nearest known one."""
    if name not in SETTINGS:
        raise ConfigProblem(
            f"unknown setting `{name}`{nearest(name, SETTINGS)}", hints="yourouter config list"
        )
    return SETTINGS[name]


def located(key: str) -> tuple[str, ...]:
    """Return the names that *key* goes through: most settings are one, tables have entries."""
    table, dot, entry = key.partition(".")
    if not dot or table not in {"headers", "params"}:
        return (key,)
    names = entry.split(".") if table == "params" else [entry]
    if not all(names):
        raise UsageProblem(f"`{key}` has an empty name in it")
    return (table, *names)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a question naming the one of *known* that *name* may have meant, or nothing."""
    # Imported here because it costs 3 ms and only mistakes need it.
    import difflib

    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (did you mean `{matches[0]}`?)" if matches else ""


def chosen_name(
    name: str | None, environ: Mapping[str, str], document: Mapping[str, Any]
) -> tuple[str, str]:
    """Return the profile to use, and who says so: the option, the environment or *document*."""
    if name is not None:
        return name, "-p"
    if named := environ.get("YOUROUTER_PROFILE"):
        return named, "YOUROUTER_PROFILE"
    match document.get("default_profile"):
        case str(named) if named:
            return named, "default_profile"
        case _:
            return DEFAULT, "default"


def unknown_profile(
    name: str, document: Mapping[str, Any], source: str | None = None
) -> ConfigProblem:
    """Return the error for a profile *name* that is nowhere, asked for by *source*."""
    profiles = document.get("profiles", {})
    asked = f", asked for by {source}" if source and source != "-p" else ""
    return ConfigProblem(
        f"no profile named `{name}`{asked}{nearest(name, [*profiles, DEFAULT, SANDBOX])}",
        hints="yourouter config profiles",
    )


def check_name(name: str) -> str | None:
    """Return what is wrong with *name* as the name of a profile, or None."""
    if not name.strip() or not name.isprintable() or name.startswith("-"):
        return "the name of a profile must be printable, not empty, and not begin with `-`"
    return None


def faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield everything that is wrong with *document*, in its order."""
    yield from frame_faults(document)
    if isinstance(profiles := document.get("profiles", {}), dict):
        for name in profiles:
            yield from profile_faults(document, name)


def frame_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong around the profiles."""
    for key, value in document.items():
        match key, value:
            case ("default_profile", str()) | ("profiles", dict()):
                pass
            case "default_profile", _:
                yield Fault((key,), "`default_profile` must be the name of a profile")
            case "profiles", _:
                yield Fault((key,), "`profiles` must be tables such as `[profiles.work]`")
            case _ if key in SETTINGS:
                yield Fault((key,), f"`{key}` must stand in a table such as `[profiles.default]`")
            case _:
                known = nearest(key, ("default_profile", "profiles", *SETTINGS))
                yield Fault((key,), f"unknown key `{key}`{known}")


def profile_faults(document: Mapping[str, Any], name: str) -> Iterator[Fault]:
    """Yield what is wrong in the profile *name*."""
    table, path = document["profiles"][name], ("profiles", name)
    if name == SANDBOX:
        yield Fault(path, f"the profile `{SANDBOX}` is built in and cannot be overwritten")
    if wrong := check_name(name):
        yield Fault(path, wrong)
    if not isinstance(table, dict):
        yield Fault(path, f"the profile `{name}` must be a table `[profiles.{name}]`")
        return
    for key, value in table.items():
        if key not in SETTINGS:
            yield Fault((*path, key), f"unknown setting `{key}`{nearest(key, SETTINGS)}")
            continue
        try:
            SETTINGS[key].checked(value)
        except BadValue as error:
            yield Fault((*path, key), f"`{key}` {error}")
    if len(keys := [key for key in table if key in KEY_SETTINGS]) > 1:
        which = " and ".join(f"`{key}`" for key in keys)
        yield Fault((*path, keys[1]), f"{which} are all the key of `{name}`; keep one")
