"""Profiles: values that cannot be, and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.profiling import KEY, profile_with
from yourouter_cli.errors import ConfigProblem, ExitCode, UsageProblem
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.kinds import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from yourouter_cli.settings.profile import Profile


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
