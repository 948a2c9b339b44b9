"""The catalogue: what is known about models without asking anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.sandbox.models import OTHERS
from yourouter_cli.sandbox.scenarios import PREFIX, SCENARIOS
from yourouter_cli.services import catalog
from yourouter_cli.services.listing import Entry, Listing, keep
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

# Every id that the gateway's documentation names.
DOCUMENTED = (
    "gpt-4o",
    "gpt-4o-mini-2024-07-18",
    "gpt-4.1-2025-04-14",
    "o3-2025-04-16",
    "o4-mini-2025-04-16",
    "o1-2024-12-17",
    "claude-sonnet-4-20250514",
    "claude-opus-4-20250514",
    "claude-3-7-sonnet-20250219",
    "claude-3-5-sonnet-20240620",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-1.5-pro-latest",
    "deepseek-r1-250528",
    "deepseek-v3-250324",
    "grok-3",
    "grok-3-mini",
    "grok-3-fast",
    "doubao-seed-1-6-250615",
    "doubao-seed-1-6-thinking-250615",
    "doubao-1-5-pro-32k-250115",
    "kimi-k2-250711",
    "doubao-seedance-1-0-pro-250528",
    "text-embedding-ada-002",
)


class Files(NamedTuple):
    """Where things are kept."""

    models_file: Path
    cache_dir: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return places in which there is nothing yet."""
    return Files(tmp_path / "models.toml", tmp_path / "cache")


class TestBuiltIn:
    @pytest.mark.parametrize("name", DOCUMENTED)
    def test_knows_what_the_documentation_names(self, name: str) -> None:
        """Every documented id is there, with a family, a maker and what it makes."""
        model = catalog.find(name)

        assert model is not None
        assert name == model.id
        assert model.family != catalog.OTHER
        assert model.kind in catalog.KINDS
        assert model.parameters

    def test_knows_the_models_that_are_used_by_default(self) -> None:
        """The defaults of the settings are models that the catalogue knows."""
        for setting, kind in (
            ("model", "chat"),
            ("embedding_model", "embedding"),
            ("video_model", "video"),
        ):
            model = catalog.find(SETTINGS[setting].default)
            assert model is not None, setting
            assert kind == model.kind
        for name in SETTINGS["fallback_models"].default:
            assert catalog.find(name) is not None, name

    def test_says_only_what_a_gateway_has(self) -> None:
        """The models of the sandbox are there for the sandbox alone, and it has them all."""
        known = catalog.load()
        there = {PREFIX + name for name in (*SCENARIOS, *OTHERS)}
        ours = {model.id for model in known.listed(is_sandbox=True)}

        assert ours <= there
        assert {"sandbox/echo", "sandbox/embed", "sandbox/video"} <= ours
        assert not any(model.id.startswith(PREFIX) for model in known.listed())

    @pytest.mark.parametrize(
        ("name", "kind", "family"),
        [
            ("gpt-5-nano", "chat", "gpt"),
            ("openai/gpt-4o", "chat", "gpt"),
            ("o3", "chat", "o-series"),
            ("anthropic.claude-sonnet-4", "chat", "claude"),
            ("text-embedding-4", "embedding", "embedding"),
            ("nomic-embed-text", "embedding", "embedding"),
            ("gemini-embedding-001", "embedding", "embedding"),
            ("dreamina-seedance-9", "video", "seedance"),
            ("sandbox/embed-nan", "embedding", "sandbox-embedding"),
            ("sandbox/video-fail", "video", "sandbox-video"),
            ("sandbox/error:503", "chat", "sandbox"),
            ("llama3.1:8b", "chat", "other"),
        ],
    )
    def test_guesses_by_the_name(self, name: str, kind: str, family: str) -> None:
        """What an unknown model makes is told by its name: so that videos are never checked."""
        facts = catalog.load().facts(name)

        assert (name, kind, family) == (facts.id, facts.kind, facts.family)

    @pytest.mark.parametrize(
        ("name", "tokens"),
        [
            ("gpt-4o", 128_000),
            ("gpt-4o-2024-08-06", 128_000),
            ("o3", 200_000),
            ("gemini-2.5-flash", 1_048_576),
            ("gpt-4o-audio", None),
            ("nobody", None),
            ("doubao-seedance-1-0-pro-250528", None),
        ],
    )
    def test_knows_how_much_goes_in(self, name: str, tokens: int | None) -> None:
        """The context of a model is known by its id, or by that of another snapshot of it."""
        assert tokens == catalog.context_of(name)


class TestTheUsersOwn:
    def test_adds_a_model(self, files: Files) -> None:
        """A model in `models.toml` is one more; what it does not say is guessed by its name."""
        files.models_file.write_text('[models."gpt-local"]\ncontext = 4096\nmaker = "us"\n')

        model = catalog.find("gpt-local", files.models_file)

        assert model is not None
        assert ("gpt", "us", 4096, "openai") == (
            model.family,
            model.maker,
            model.context,
            model.dialect,
        )
        assert catalog.find("gpt-local") is None
        assert catalog.find("gpt-4o", files.models_file) == catalog.find("gpt-4o")

    def test_overrides_part_of_what_is_known(self, files: Files) -> None:
        """Of a known model only what is said changes."""
        files.models_file.write_text('[models."gpt-4o"]\ncontext = 1\n')
        before, after = catalog.find("gpt-4o"), catalog.find("gpt-4o", files.models_file)

        assert before is not None
        assert before._replace(context=1) == after

    def test_adds_a_family(self, files: Files) -> None:
        """A family speaks for all ids that fit its patterns, before the built-in ones."""
        files.models_file.write_text(
            '[families.ours]\nmatch = ["gpt-ours-*"]\nkind = "embedding"\n'
            '[models."special"]\nfamily = "ours"\n'
        )
        known = catalog.load(files.models_file)

        assert "ours" == known.facts("gpt-ours-1").family
        assert "embedding" == known.facts("gpt-ours-1").kind
        assert "embedding" == known.facts("special").kind
        assert "gpt" == known.facts("gpt-4.5").family

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[models", "is not TOML: "),
            ("[model.x]\n", "unknown table `model` (known: `families`, `models`)"),
            ("models = 1\n", '`models` must be tables such as [models."name"]'),
            ("[models]\nx = 1\n", '`models` must be tables such as [models."name"]'),
            ("[models.x]\nsize = 1\n", "unknown key `size` in `models.x` (known: `capabilities`,"),
            ('[models.x]\nmatch = ["a"]\n', "unknown key `match` in `models.x`"),
            ("[models.x]\ncontext = 0\n", "`models.x.context` must be a whole number above 0"),
            ("[models.x]\ncontext = true\n", "`models.x.context` must be a whole number above 0"),
            ('[models.x]\nkind = "toy"\n', "`models.x.kind` must be one of chat, embedding, video"),
            ('[models.x]\ndialect = "d"\n', "`models.x.dialect` must be one of openai, anthropic,"),
            ("[models.x]\nmaker = 1\n", "`models.x.maker` must be text"),
            ("[models.x]\nparameters = [1]\n", "`models.x.parameters` must be a list of texts"),
            ('[families.f]\nmatch = "f*"\n', "`families.f.match` must be a list of texts"),
            ("models = " + "[" * 5000, "is not TOML: "),
        ],
    )
    def test_says_what_is_wrong(self, files: Files, text: str, words: str) -> None:
        """A file that cannot be used is named, with what is wrong and how to mend it."""
        files.models_file.write_text(text)

        with pytest.raises(ConfigProblem) as raised:
            catalog.load(files.models_file)

        assert raised.value.message.startswith(f"`{files.models_file}`: {words}")
        assert (f"${{EDITOR:-vi}} {files.models_file}",) == raised.value.hints

    def test_cannot_be_a_directory(self, files: Files) -> None:
        """What cannot be read at all is named, with why."""
        files.models_file.mkdir()

        with pytest.raises(ConfigProblem, match="cannot be read: Is a directory"):
            catalog.load(files.models_file)


class TestKnownIds:
    def test_are_those_of_the_catalogue_and_of_the_last_list(self, files: Files) -> None:
        """Completion knows what the gateway listed last, however long ago, and what is built in."""
        files.models_file.write_text('[models."mine"]\n')
        theirs = Listing(source="live", entries=(Entry("theirs"), Entry("gpt-4o")), fetched=1.0)
        keep(files.cache_dir, "https://a.example/v1", theirs)

        ids = catalog.known_ids(files, "https://a.example/v1")

        assert {"mine", "theirs", *DOCUMENTED} <= set(ids)
        assert ids == sorted(set(ids))
        assert "theirs" not in catalog.known_ids(files, "https://b.example/v1")

    def test_need_no_sound_file(self, files: Files) -> None:
        """A broken `models.toml` does not get in the way of completion."""
        files.models_file.write_text("[")

        assert set(DOCUMENTED) <= set(catalog.known_ids(files, "https://a.example/v1"))

    def test_of_the_sandbox(self, files: Files) -> None:
        """The sandbox has other models than any gateway."""
        ids = catalog.known_ids(files, "http://127.0.0.1:0/v1")

        assert "sandbox/echo" in ids
        assert "gpt-4o" not in ids


class TestNearest:
    def test_what_is_much_less_alike_is_not_named(self) -> None:
        """Beside a name that is nearly the same, one that is only like it is no help."""
        known = ["gpt-4-nano-x", "gpt-4o-mini"]

        assert ["gpt-4o-mini"] == catalog.nearest("gpt-4o-mino", known)
        assert ["gpt-4-nano-x"] == catalog.nearest("gpt-4o-mino", known[:1])

    def test_two_letters_are_no_part(self) -> None:
        """A name with the letters in it is found by three of them, not by two."""
        known = ["a-model-xyz-inside"]

        assert known == catalog.nearest("xyz", known)
        assert [] == catalog.nearest("xy", known)

    @pytest.mark.parametrize(
        ("name", "near"),
        [
            ("gpt4o", ["gpt-4o"]),
            ("gpt-4o-mini", ["gpt-4o-mini-2024-07-18"]),
            ("o3", ["o3-2025-04-16"]),
            ("sonnet-4", ["claude-sonnet-4-20250514"]),
            ("gemini", ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-1.5-pro-latest"]),
            ("qwertyuiop", []),
            ("", []),
        ],
    )
    def test_finds_what_was_meant(self, name: str, near: list[str]) -> None:
        """A name that is not known is taken for a misspelling, a part, or another snapshot."""
        assert near == catalog.nearest(name, DOCUMENTED)
