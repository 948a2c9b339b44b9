"""Profiles: where each value comes from, and which key goes where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from yourouter_cli.errors import ConfigProblem, ExitCode, UsageProblem
from yourouter_cli.gateway.exchange import Clocks
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.kinds import DIALECTS
from yourouter_cli.settings.origin import Origin, Value
from yourouter_cli.settings.profile import Profile, resolve
from yourouter_cli.settings.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

KEY = "sk-canary-2718281828459045"

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


@pytest.fixture
def resolved(tmp_path: Path) -> Callable[..., Profile]:
    """Return a function that resolves a profile from TOML text, environment and options."""

    def from_text(
        toml: str = "",
        environ: Mapping[str, str] | None = None,
        *,
        name: str | None = None,
        **options: Any,
    ) -> Profile:
        path = tmp_path / "config.toml"
        if toml:
            path.touch(mode=0o600)
            path.write_text(toml, encoding="utf-8")
        return resolve(name=name, options=options, environ=environ or {}, store=Store(path))

    return from_text


def profile_with(**settings: str) -> str:
    """Return a file whose default profile has *settings*, given as TOML."""
    return "[profiles.default]\n" + "".join(f"{key} = {text}\n" for key, text in settings.items())


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


class TestBadValues:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("base_url", "api.example.com"),
            ("base_url", "ftp://host/"),
            ("base_url", "https://"),
            ("base_url", "https://user:" + KEY + "@host/v1"),
            ("base_url", "https://host/v1?key=" + KEY),
            ("base_url", "https://host/v1#x"),
            ("base_url", "https://host:port/"),
            ("base_url", "https://host:99999/"),
            ("base_url", "https://ho st/"),
            ("base_url", "https://host\\@evil/"),
            ("dialect", "klingon"),
            ("model", "   "),
            ("model", "a\nb"),
            ("retries", "two"),
            ("retries", "-1"),
            ("retries", "1.5"),
            ("timeout", "0"),
            ("timeout", "-3"),
            ("timeout", "nan"),
            ("timeout", "inf"),
            ("timeout", "soon"),
            ("save_history", "perhaps"),
            ("headers", "{}x"),
            ("headers", '{"Authorization": "Bearer ' + KEY + '"}'),
            ("headers", '{"X-A": "a\\nb"}'),
            ("headers", '{"X A": "b"}'),
            ("headers", '{"X-A": 5}'),
            ("params", "[1]"),
            ("params", '{"a": null}'),
            ("api_key_env", KEY),
            ("api_key_command", "'"),
            ("api_key_keyring", "no-user"),
        ],
    )
    def test_a_bad_variable_is_named_and_its_value_is_not_repeated(
        self, name: str, text: str, resolved: Callable[..., Profile]
    ) -> None:
        """A value that cannot be is an error that names the variable, without the value."""
        variable = SETTINGS[name].variable

        with pytest.raises(ConfigProblem) as caught:
            resolved(environ={variable: text})

        assert caught.value.message.startswith(f"`{variable}` must ")
        assert KEY not in caught.value.message

    @pytest.mark.parametrize(
        ("name", "value"),
        [("retries", -1), ("timeout", 0.0), ("model", ""), ("dialect", "klingon")],
    )
    def test_a_bad_option_is_wrong_use(
        self, name: str, value: Any, resolved: Callable[..., Profile]
    ) -> None:
        """The same mistake in an option is exit 2 and names the option."""
        with pytest.raises(UsageProblem, match=f"^`{SETTINGS[name].flag}` must "):
            resolved(**{name: value})

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("retries = true", "`retries` must be a whole number from 0 to 100"),
            ('timeout = "5"', "`timeout` must be a positive number of seconds"),
            ("model = 5", "`model` must be text, and not empty"),
            ('fallback_models = "a"', "`fallback_models` must be a list of texts"),
            ('save_history = "yes"', "`save_history` must be true or false"),
            ("params = { a = 1979-05-27 }", "`params` must be a table of body fields"),
            ("params = { a = nan }", "`params` must be a table of body fields"),
            ('modle = "a"', "unknown setting `modle` (did you mean `model`?)"),
            ('api_key_command = "pass show"', "`api_key_command` must be a list"),
            (
                f'api_key = "{KEY}"\napi_key_env = "K"',
                "`api_key` and `api_key_env` are all the key of `default`; keep one",
            ),
        ],
    )
    def test_a_fault_in_the_file_names_its_line(
        self, line: str, message: str, resolved: Callable[..., Profile], tmp_path: Path
    ) -> None:
        """Wrong types and unknown keys name the file, the line and what is expected."""
        toml = f"# first line\n[profiles.default]\n{line}\n"
        number = toml.count("\n")

        with pytest.raises(ConfigProblem) as caught:
            resolved(toml)

        place = f"`{tmp_path / 'config.toml'}`, line {number}: "
        assert caught.value.message.startswith(place + message)
        assert KEY not in caught.value.message
        assert ("yourouter config edit",) == caught.value.hints

    @pytest.mark.parametrize(
        ("toml", "message"),
        [
            ("default_profile = 5", "`default_profile` must be the name of a profile"),
            ('model = "a"', "`model` must stand in a table such as `[profiles.default]`"),
            ("profiles = 5", "`profiles` must be tables such as `[profiles.work]`"),
            ("[profile.work]", "unknown key `profile` (did you mean `profiles`?)"),
            ("[profiles]\ndefault = 5", "the profile `default` must be a table"),
        ],
    )
    def test_a_fault_around_the_profiles_is_found(
        self, toml: str, message: str, resolved: Callable[..., Profile]
    ) -> None:
        """What is not in a profile's table is checked too."""
        with pytest.raises(ConfigProblem) as caught:
            resolved(toml)

        assert message in caught.value.message

    def test_another_profile_may_be_faulty(self, resolved: Callable[..., Profile]) -> None:
        """A typo in one profile does not stop the work with another."""
        assert "gpt-4o" == resolved('[profiles.work]\nmodle = "x"\n').model

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_each_dialect_is_taken(self, dialect: str, resolved: Callable[..., Profile]) -> None:
        """The three dialects are the three that there are."""
        assert dialect == resolved(dialect=dialect).dialect


class TestBaseUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:8080/v1",
            "http://localhost/v1",
            "http://[::1]:1/v1",
            "http://127.9.9.9",
        ],
    )
    def test_plain_http_is_fine_on_this_machine(
        self, url: str, resolved: Callable[..., Profile]
    ) -> None:
        """Loopback needs no encryption."""
        assert url == resolved(environ={"YOUROUTER_BASE_URL": url}).base_url

    @pytest.mark.parametrize(
        "url",
        [
            "http://gateway.example/v1",
            "http://10.0.0.1/v1",
            "http://127.0.0.1.evil.example/v1",
            "http://localhost.evil.example/v1",
            "http://0.0.0.0/v1",
            "HTTP://gateway.example/v1",
        ],
    )
    def test_plain_http_to_another_machine_is_refused(
        self, url: str, resolved: Callable[..., Profile]
    ) -> None:
        """A key never travels unencrypted unless the profile allows it; the error says how."""
        profile = resolved(environ={"YOUROUTER_BASE_URL": url, "YOUROUTER_API_KEY": KEY})

        with pytest.raises(ConfigProblem) as caught:
            _ = profile.base_url

        assert ExitCode.CONFIG == caught.value.exit_code
        assert ("yourouter config set allow_insecure_http true",) == caught.value.hints

    def test_plain_http_can_be_allowed(self, resolved: Callable[..., Profile]) -> None:
        """With `allow_insecure_http = true` it is used."""
        toml = profile_with(allow_insecure_http="true", base_url='"http://gateway.example/v1"')

        assert "http://gateway.example/v1" == resolved(toml).base_url

    def test_a_trailing_slash_makes_no_difference(self, resolved: Callable[..., Profile]) -> None:
        """`https://host/v1/` and `https://host/v1` are the same."""
        environ = {"YOUROUTER_BASE_URL": "HTTPS://Host/v1/"}

        assert "https://Host/v1" == resolved(environ=environ).base_url

    @pytest.mark.parametrize(
        "url", ["https://v.example", "https://v.example/v1", "https://v.example/api/v3/contents"]
    )
    def test_a_video_base_url_ends_in_api_v3(
        self, url: str, resolved: Callable[..., Profile]
    ) -> None:
        """What is not the root of the video tasks is refused instead of asked in vain."""
        with pytest.raises(ConfigProblem, match="must end in /api/v3"):
            resolved(environ={"YOUROUTER_VIDEO_BASE_URL": url})

    def test_a_video_base_url_is_guarded_too(self, resolved: Callable[..., Profile]) -> None:
        """The second address of a profile gets the key as well."""
        profile = resolved(environ={"YOUROUTER_VIDEO_BASE_URL": "http://v.example/api/v3"})

        with pytest.raises(ConfigProblem, match="plain http"):
            _ = profile.video_base_url


class TestKeyBinding:
    WORK = f'[profiles.work]\nbase_url = "https://work.example/v1"\napi_key = "{KEY}"\n'

    def test_a_stored_key_goes_to_its_own_origin(self, resolved: Callable[..., Profile]) -> None:
        """The key of a profile is used with that profile's base URL."""
        assert KEY == resolved(self.WORK, name="work").key().reveal()

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/v1",
            "https://work.example:8443/v1",
            "http://127.0.0.1:1/v1",
            "https://work.example.evil/v1",
        ],
    )
    def test_a_stored_key_is_not_sent_elsewhere(
        self, url: str, resolved: Callable[..., Profile]
    ) -> None:
        """A base URL of another origin does not get the stored key; the error says what does."""
        profile = resolved(self.WORK, {"YOUROUTER_BASE_URL": url}, name="work")

        with pytest.raises(ConfigProblem) as caught:
            profile.key()

        assert "belongs to https://work.example and is not sent to " in caught.value.message
        assert KEY not in caught.value.message
        assert ("read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",) == caught.value.hints

    @pytest.mark.parametrize(
        "url", ["https://work.example/other", "https://WORK.example:443/v1", "https://work.example"]
    )
    def test_another_path_of_the_same_origin_gets_it(
        self, url: str, resolved: Callable[..., Profile]
    ) -> None:
        """Scheme, host and port decide, however they are spelled."""
        environ = {"YOUROUTER_BASE_URL": url}

        assert KEY == resolved(self.WORK, environ, name="work").key().reveal()

    def test_without_a_base_url_it_belongs_to_the_default_one(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """A profile that names no gateway has the default one's key."""
        toml = profile_with(api_key=f'"{KEY}"')

        assert KEY == resolved(toml).key().reveal()
        with pytest.raises(ConfigProblem, match=r"belongs to https://api\.yourouter\.ai and"):
            resolved(toml, {"YOUROUTER_BASE_URL": "https://other.example/v1"}).key()

    def test_a_reference_is_bound_like_the_key_itself(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """`api_key_env` in a profile does not open that variable to other origins."""
        toml = profile_with(api_key_env='"MY_KEY"')
        environ = {"MY_KEY": KEY, "YOUROUTER_BASE_URL": "https://other.example/v1"}

        with pytest.raises(ConfigProblem, match="is not sent to"):
            resolved(toml, environ).key()

    def test_the_environment_s_key_goes_to_the_environment_s_base_url(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """`YOUROUTER_API_KEY` wins over the profile's key, and goes anywhere."""
        environ = {
            "YOUROUTER_API_KEY": "sk-other",
            "YOUROUTER_BASE_URL": "https://other.example/v1",
        }

        assert "sk-other" == resolved(self.WORK, environ, name="work").key().reveal()

    def test_a_header_that_holds_a_secret_is_bound_too(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """A token in a profile's headers stays with that profile's gateway; others may travel."""
        toml = profile_with(headers=f'{{ "X-Auth-Token" = "{KEY}" }}')
        elsewhere = {"YOUROUTER_BASE_URL": "https://other.example/v1"}

        assert {"x-auth-token": KEY} == resolved(toml).headers
        with pytest.raises(ConfigProblem, match=r"^the header `x-auth-token` of ") as caught:
            _ = resolved(toml, elsewhere).headers
        assert ("export YOUROUTER_HEADERS='{}'",) == caught.value.hints
        assert KEY not in caught.value.message
        harmless = profile_with(headers='{ "X-Team" = "blue" }')
        assert {"x-team": "blue"} == resolved(harmless, elsewhere).headers

    def test_the_video_address_of_the_same_profile_gets_it(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """A profile with two addresses has one key for both, and for no third."""
        profile = resolved(self.WORK + 'video_base_url = "https://v.example/api/v3"\n', name="work")

        assert KEY == profile.key("https://v.example/api/v3").reveal()
        with pytest.raises(ConfigProblem, match="is not sent to"):
            profile.key("https://w.example/api/v3")

    def test_without_a_key_the_error_offers_two_ways_on(
        self, resolved: Callable[..., Profile]
    ) -> None:
        """No key is exit 3: one can be set, or the sandbox be tried."""
        with pytest.raises(ConfigProblem) as caught:
            resolved(self.WORK + "[profiles.other]\n", name="other").key()

        assert "no API key for https://api.yourouter.ai" == caught.value.message
        assert (
            "yourouter config set -p other api_key",
            'yourouter chat -p sandbox "hello"',
        ) == caught.value.hints
