"""Profiles: which key goes where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.profiling import KEY, profile_with
from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.settings.profile import Profile


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
