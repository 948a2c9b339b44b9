"""Profiles: where each value comes from, and which profile it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.profiling import KEY, profile_with
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.gateway.exchange import Clocks
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.origin import Origin, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.settings.profile import Profile

# Two values for each setting, as text in the environment and as TOML in the file.
SAMPLES: dict[str, tuple[str, str]] = {
    "base_url": ("https://environment.example/v1", '"https://profile.example/v1"'),
    "model": ("from-environment", '"from-profile"'),
    "fallback_models": ("one, two", '["three"]'),
    "vendor": ("azure", '"openai"'),
    "dialect": ("anthropic", '"gemini"'),
    "embedding_model": ("embed-e", '"embed-p"'),
    "video_model": ("video-e", '"video-p"'),
    "system": ("Be brief.", '"Be kind.\\nAlways."'),
    "headers": ('{"X-Team": "red"}', '{ "X-Team" = "blue" }'),
    "params": ('{"top_k": 5}', "{ top_k = 7, a = { b = [1] } }"),
    "connect_timeout": ("1.5", "2"),
    "first_byte_timeout": ("10", "20.5"),
    "idle_timeout": ("3", "4"),
    "timeout": ("30", "40"),
    "retries": ("0", "7"),
    "save_history": ("true", "false"),
    "allow_insecure_http": ("yes", "true"),
    "video_base_url": ("https://v.example/api/v3", '"https://w.example/api/v3"'),
    "api_key_env": ("KEY_E", '"KEY_P"'),
    "api_key_command": ("pass show e", '["pass", "p"]'),
    "api_key_file": ("/e", '"/p"'),
    "api_key_keyring": ("service/e", '"service/p"'),
}
OPTIONS: dict[str, Any] = {
    "model": "from-option",
    "fallback_models": ["four"],
    "vendor": "bedrock",
    "dialect": "openai",
    "embedding_model": "embed-o",
    "video_model": "video-o",
    "connect_timeout": 9.0,
    "first_byte_timeout": 9.0,
    "idle_timeout": 9.0,
    "timeout": 9.0,
    "retries": 9,
}


class TestPrecedence:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_environment_wins_over_profile_over_default(
        self, name: str, resolved: Callable[..., Profile]
    ) -> None:
        """Each setting comes from its variable, else from the profile, else from its default."""
        setting = SETTINGS[name]
        in_environment, in_file = SAMPLES[name]
        environ = {setting.variable: in_environment}
        toml = profile_with(**{name: in_file})

        by_environment = resolved(toml, environ).value(name)
        by_profile = resolved(toml).value(name)
        by_default = resolved("[profiles.default]").value(name)

        assert (Origin.ENVIRONMENT, setting.variable) == (
            by_environment.origin,
            by_environment.source,
        )
        assert setting.checked(setting.from_text(in_environment)) == by_environment.value
        assert (Origin.PROFILE, "profile `default`") == (by_profile.origin, by_profile.source)
        assert Value(setting.default, Origin.DEFAULT, "default") == by_default
        assert by_environment.value != by_profile.value or name == "allow_insecure_http"

    @pytest.mark.parametrize("name", OPTIONS)
    def test_an_option_wins_over_everything(
        self, name: str, resolved: Callable[..., Profile]
    ) -> None:
        """An option wins over environment and profile, and says which option it was."""
        in_environment, in_file = SAMPLES[name]
        environ = {SETTINGS[name].variable: in_environment}

        value = resolved(profile_with(**{name: in_file}), environ, **{name: OPTIONS[name]}).value(
            name
        )

        expected = tuple(OPTIONS[name]) if isinstance(OPTIONS[name], list) else OPTIONS[name]
        assert Value(expected, Origin.OPTION, SETTINGS[name].flag) == value

    def test_every_setting_but_the_key_is_in_this_matrix(self) -> None:
        """No setting escapes the precedence test."""
        assert set(SETTINGS) == {*SAMPLES, "api_key"}

    def test_an_empty_variable_counts_as_unset(self, resolved: Callable[..., Profile]) -> None:
        """An empty variable says nothing."""
        assert "gpt-4o" == resolved(environ={"YOUROUTER_MODEL": ""}).model

    def test_the_defaults_are_the_documented_ones(self, resolved: Callable[..., Profile]) -> None:
        """Without any configuration the documented defaults hold."""
        profile = resolved()

        assert "default" == profile.name
        assert "https://api.yourouter.ai/v1" == profile.base_url
        assert ("gpt-4o", ("gemini-2.5-flash",)) == (profile.model, profile.fallback_models)
        assert ("auto", "openai") == (profile.vendor, profile.dialect)
        assert Clocks(connect=5, first_byte=120, idle=60, total=None) == profile.clocks
        assert (2, True, False) == (
            profile.retries,
            profile.save_history,
            profile.allow_insecure_http,
        )

    @pytest.mark.parametrize(
        ("environ", "expected"),
        [
            ({"YOUROUTER_NO_HISTORY": "1"}, False),
            ({"YOUROUTER_NO_HISTORY": "anything"}, False),
            ({"YOUROUTER_NO_HISTORY": "0"}, True),
            ({"YOUROUTER_NO_HISTORY": ""}, True),
            ({"YOUROUTER_SAVE_HISTORY": "false"}, False),
            ({"YOUROUTER_NO_HISTORY": "1", "YOUROUTER_SAVE_HISTORY": "true"}, False),
        ],
    )
    def test_no_history_is_the_private_reading_of_a_doubt(
        self, environ: dict[str, str], expected: bool, resolved: Callable[..., Profile]
    ) -> None:
        """`YOUROUTER_NO_HISTORY` stops saving unless it says no."""
        assert expected == resolved(environ=environ).save_history


class TestChoice:
    TOML = 'default_profile = "work"\n[profiles.work]\nmodel = "w"\n[profiles.play]\nmodel = "p"\n'

    @pytest.mark.parametrize(
        ("name", "environ", "expected"),
        [
            (None, {}, "work"),
            (None, {"YOUROUTER_PROFILE": "play"}, "play"),
            ("work", {"YOUROUTER_PROFILE": "play"}, "work"),
            ("default", {}, "default"),
        ],
    )
    def test_a_profile_is_chosen_by_option_then_environment_then_file(
        self,
        name: str | None,
        environ: dict[str, str],
        expected: str,
        resolved: Callable[..., Profile],
    ) -> None:
        """`-p` wins over `YOUROUTER_PROFILE`, which wins over `default_profile`."""
        assert expected == resolved(self.TOML, environ, name=name).name

    def test_an_unknown_profile_names_the_nearest(self, resolved: Callable[..., Profile]) -> None:
        """A profile that is nowhere is an error that guesses what was meant."""
        with pytest.raises(ConfigProblem) as caught:
            resolved(self.TOML, name="wrok")

        assert "no profile named `wrok` (did you mean `work`?)" == caught.value.message
        assert ("yourouter config profiles",) == caught.value.hints


ELSEWHERE = {
    "YOUROUTER_BASE_URL": "https://paid.example/v1",
    "YOUROUTER_API_KEY": KEY,
    "YOUROUTER_MODEL": "gpt-4o",
    "YOUROUTER_FALLBACK_MODEL": "gpt-4",
    "YOUROUTER_VENDOR": "azure",
    "YOUROUTER_DIALECT": "gemini",
    "YOUROUTER_VIDEO_BASE_URL": "https://paid.example/api/v3",
}


class TestSandbox:
    @pytest.mark.parametrize("by_variable", [False, True])
    def test_asked_for_by_name_it_beats_the_environment(
        self, by_variable: bool, resolved: Callable[..., Profile]
    ) -> None:
        """Who asks for the sandbox reaches nobody else, whatever the environment says."""
        environ = {**ELSEWHERE, **({"YOUROUTER_PROFILE": "sandbox"} if by_variable else {})}

        profile = resolved("", environ, name=None if by_variable else "sandbox")

        assert profile.is_sandbox
        assert ("sandbox/echo", (), "auto", "openai") == (
            profile.model,
            profile.fallback_models,
            profile.vendor,
            profile.dialect,
        )
        assert profile.video_base_url is None
        assert "sandbox" == profile.key().reveal()
        assert ("sandbox/embed", "sandbox/video") == (profile.embedding_model, profile.video_model)

    def test_an_option_still_wins(self, resolved: Callable[..., Profile]) -> None:
        """`-p sandbox -m sandbox/slow` asks the sandbox for that model."""
        profile = resolved("", ELSEWHERE, name="sandbox", model="sandbox/slow")

        assert ("sandbox/slow", True) == (profile.model, profile.is_sandbox)

    def test_other_settings_of_the_environment_hold(self, resolved: Callable[..., Profile]) -> None:
        """Timeouts and the like are not about whom to ask, and stay."""
        assert 5 == resolved("", {"YOUROUTER_RETRIES": "5"}, name="sandbox").retries

    def test_a_broken_file_does_not_matter(self, resolved: Callable[..., Profile]) -> None:
        """The sandbox works while the configuration is broken."""
        assert resolved("[[[", name="sandbox").is_sandbox

    def test_as_the_default_profile_it_yields_to_the_environment(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """The file's choice of the sandbox is weaker than a base URL of the environment."""
        profile = resolved('default_profile = "sandbox"', ELSEWHERE)

        assert not profile.is_sandbox
        assert ("https://paid.example/v1", KEY) == (profile.base_url, profile.key().reveal())

    def test_cannot_be_overwritten_by_the_file(self, resolved: Callable[..., Profile]) -> None:
        """A table `[profiles.sandbox]` changes nothing: the built-in one is used."""
        profile = resolved('[profiles.sandbox]\nmodel = "mine"', name="sandbox")

        assert "sandbox/echo" == profile.model
