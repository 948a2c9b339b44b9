"""What is known about models without asking anybody: data in the package, and the user's own."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    class Files(Protocol):
        """Where the user's own models and the lists of gateways are kept."""

        @property
        def models_file(self) -> Path:
            """The user's `models.toml`."""

        @property
        def cache_dir(self) -> Path:
            """The directory of the kept lists."""


Kind = Literal["chat", "embedding", "video"]
KINDS: tuple[Kind, ...] = ("chat", "embedding", "video")
BUILT_IN = Path(__file__).with_name("catalog.toml")
OTHER = "other"
SANDBOX = "sandbox/"
_DIALECTS = ("openai", "anthropic", "gemini")
# A snapshot's date, or the word that stands for the newest one.
_SNAPSHOT = r"-(\d{4}-\d\d-\d\d|\d{6}|\d{8}|latest)$"
# How alike names are that were mistaken for each other, from 0 to 1; and how much less alike than
# the likeliest one another may be to be named as well.
_ALIKE, _AS_ALIKE = 0.6, 0.15
_TEXTS = frozenset({"family", "maker", "kind", "dialect"})
_NUMBERS = frozenset({"context", "output", "dimensions"})
_LISTS = frozenset({"capabilities", "parameters"})


class Model(NamedTuple):
    """One model; what is not known is None or empty. Sizes are in tokens."""

    id: str
    family: str = OTHER
    maker: str | None = None
    kind: Kind = "chat"
    dialect: str | None = None
    capabilities: tuple[str, ...] = ()
    context: int | None = None
    output: int | None = None
    dimensions: int | None = None
    parameters: tuple[str, ...] = ()


class Family(NamedTuple):
    """Models that have a name and most else in common; `model` is what holds for all of them."""

    name: str
    match: tuple[str, ...]
    model: Model

    def fits(self, name: str) -> bool:
        """Tell whether the id *name* is one of the family's, with or without a vendor before it."""
        names = {name.lower(), name.lower().rpartition("/")[2]}
        return any(fnmatchcase(one, pattern) for one in names for pattern in self.match)


class Catalog:
    """Families and models by name, in the order of their files."""

    def __init__(self, families: Mapping[str, Family], models: dict[str, Model]) -> None:
        self.families = families
        self.models = models

    def find(self, name: str) -> Model | None:
        """Return the model with the id *name*, or None."""
        return self.models.get(name)

    def facts(self, name: str) -> Model:
        """Return what is known about *name*: at least its kind and family, guessed by its name."""
        if found := self.models.get(name):
            return found
        for family in self.families.values():
            if family.fits(name):
                return family.model._replace(id=name)
        return Model(id=name)

    def context_of(self, name: str) -> int | None:
        """Return how many tokens *name* takes in, also when another snapshot of it is known."""
        if (exact := self.models.get(name)) is not None:
            return exact.context
        stem = stem_of(name)
        known = (model.context for model in self.models.values() if stem_of(model.id) == stem)
        return next(known, None)

    def listed(self, *, is_sandbox: bool = False) -> list[Model]:
        """Return the models of a gateway, or with *is_sandbox* those of the built-in one."""
        return [
            model for model in self.models.values() if model.id.startswith(SANDBOX) == is_sandbox
        ]


def load(models_file: Path | None = None) -> Catalog:
    """Return the built-in catalogue, with what *models_file* says put over it.

    Raises `ConfigProblem` when that file is there and cannot be used.
    """
    catalog = _built_in()
    if models_file is None:
        return catalog
    try:
        text = models_file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return catalog
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise _broken(models_file, f"cannot be read: {reason}") from None
    return _added(catalog, _parsed(models_file, text), models_file)


def find(name: str, models_file: Path | None = None) -> Model | None:
    """Return the model with the id *name*, or None."""
    return load(models_file).find(name)


def context_of(name: str, models_file: Path | None = None) -> int | None:
    """Return how many tokens the model *name* takes in, or None when that is not known."""
    return load(models_file).context_of(name)


def known_ids(files: Files, base_url: str) -> list[str]:
    """Return every model id that is known for *base_url* without asking it, in order.

    They are those of its last list, and those of the catalogue. For completion: a `models.toml`
    that is broken adds nothing, and is not complained about.
    """
    from yourouter_cli.services.listing import kept_list  # 1 ms, for this function alone

    try:
        catalog = load(files.models_file)
    except ConfigProblem:
        catalog = load()
    # The built-in gateway is on any free port, which its profile says as 0.
    known = {model.id for model in catalog.listed(is_sandbox=":0/" in base_url)}
    if kept := kept_list(files.cache_dir, base_url):
        known.update(entry.id for entry in kept.entries)
    return sorted(known)


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return those of *known* that *name* may have meant, the likeliest first."""
    # Imported here because it costs 3 ms and only mistakes need it.
    from difflib import SequenceMatcher

    ids = list(known)
    wanted = name.lower()
    if snapshots := [one for one in ids if stem_of(one.lower()) == stem_of(wanted)]:
        return snapshots[:most]
    # Without what stands before a slash: it is the same for many, and would make them all alike.
    matcher = SequenceMatcher(b=wanted.rpartition("/")[2])
    alike: dict[str, float] = {}
    for one in ids:
        matcher.set_seq1(one.lower().rpartition("/")[2])
        alike[one] = matcher.ratio()
    least = max(_ALIKE, max(alike.values(), default=0.0) - _AS_ALIKE)
    found = [one for one in sorted(ids, key=alike.__getitem__, reverse=True) if alike[one] >= least]
    if len(wanted) > 2:  # noqa: PLR2004 - two letters are in half of all names
        found += [one for one in ids if wanted in one.lower() and one not in found]
    return found[:most]


def stem_of(name: str) -> str:
    """Return the id *name* without the date or word that names one of its snapshots."""
    return re.sub(_SNAPSHOT, "", name)


@lru_cache(1)
def _built_in() -> Catalog:
    document = _parsed(BUILT_IN, BUILT_IN.read_text(encoding="utf-8"))
    return _added(Catalog({}, {}), document, BUILT_IN)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    # Imported here because it costs 2 ms, which commands without models need not pay.
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _broken(path, f"is not TOML: {error}") from None


def _added(catalog: Catalog, document: dict[str, Any], path: Path) -> Catalog:
    """Return *catalog* with what *document* says added to it, or put in its place."""
    tables = {name: _tables(document, name, path) for name in ("families", "models")}
    if unknown := set(document) - set(tables):
        raise _broken(path, f"unknown table `{min(unknown)}` (known: `families`, `models`)")
    families: dict[str, Family] = {}
    for name, said in tables["families"].items():
        facts = _checked(said, f"families.{name}", path, _LISTS | {"match"})
        known = catalog.families.get(name) or Family(
            name=name, match=(f"{name}*",), model=Model(id="", family=name)
        )
        match = facts.pop("match", known.match)
        model = known.model._replace(**{**facts, "family": name})
        families[name] = Family(name=name, match=match, model=model)
    # What the user says comes first: the first family that fits an id counts.
    families |= {name: one for name, one in catalog.families.items() if name not in families}
    grown = Catalog(families, dict(catalog.models))
    for name, said in tables["models"].items():
        facts = _checked(said, f"models.{name}", path, _LISTS)
        family = families.get(facts.get("family", ""))
        is_new = family is not None and name not in catalog.models
        base = family.model._replace(id=name) if family and is_new else grown.facts(name)
        grown.models[name] = base._replace(**facts)
    return grown


def _tables(document: dict[str, Any], name: str, path: Path) -> dict[str, dict[str, Any]]:
    tables = document.get(name, {})
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        raise _broken(path, f'`{name}` must be tables such as [{name}."name"]')
    return tables


def _checked(said: dict[str, Any], place: str, path: Path, lists: frozenset[str]) -> dict[str, Any]:
    """Return what the table at *place* says, fit for a `Model`; *lists* are its keys for lists."""
    facts: dict[str, Any] = {}
    for key, value in said.items():
        if key not in _TEXTS | _NUMBERS | lists:
            known = ", ".join(f"`{name}`" for name in sorted(_TEXTS | _NUMBERS | lists))
            raise _broken(path, f"unknown key `{key}` in `{place}` (known: {known})")
        if wrong := _wrong(key, value):
            raise _broken(path, f"`{place}.{key}` must be {wrong}")
        facts[key] = tuple(value) if key in lists else value
    return facts


def _wrong(key: str, value: Any) -> str | None:
    """Return what the value of *key* must be, or None when *value* is that."""
    if choices := {"kind": KINDS, "dialect": _DIALECTS}.get(key):
        return None if value in choices else f"one of {', '.join(choices)}"
    if key in _TEXTS:
        return None if isinstance(value, str) else "text"
    if key in _NUMBERS:
        is_size = isinstance(value, int) and not isinstance(value, bool) and value > 0
        return None if is_size else "a whole number above 0"
    is_list = isinstance(value, list) and all(isinstance(part, str) for part in value)
    return None if is_list else "a list of texts"


def _broken(path: Path, why: str) -> ConfigProblem:
    import shlex  # 0.3 ms that only an error needs

    return ConfigProblem(f"`{path}`: {why}", hints=f"${{EDITOR:-vi}} {shlex.quote(str(path))}")
