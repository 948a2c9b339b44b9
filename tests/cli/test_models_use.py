"""`yourouter models use`: the profile gets a model that is known to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


def setting(program: Program, name: str, *options: str) -> str:
    """Return the value of a setting."""
    return program("config", "get", name, *options).stdout.strip()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sandbox/markdown", "model"),
        ("sandbox/embed-float", "embedding_model"),
        ("sandbox/video-odd", "video_model"),
    ],
)
def test_sets_what_the_model_is_for(run: Program, sandbox: Sandbox, name: str, key: str) -> None:
    """A chat, embedding or video model becomes the one for its kind; the others stay."""
    program = run.at(sandbox)
    before = {other: setting(program, other) for other in ("model", "embedding_model")}

    result = program("models", "use", name)

    assert (0, "") == (result.code, result.stdout)
    assert result.stderr.endswith(f"{key} of profile `default`: {name}\n")
    assert name == setting(program, key)
    assert all(setting(program, other) == value for other, value in before.items() if other != key)


def test_sets_fallbacks(run: Program, sandbox: Sandbox) -> None:
    """`--fallback` gives the models that stand in, in order, instead of those before."""
    program = run.at(sandbox)
    program("config", "set", "fallback_models", "a,b,c")

    result = program(
        "models", "use", "sandbox/echo", "--fallback", "sandbox/slow", "--fallback", "sandbox/think"
    )

    assert result.stderr.endswith(
        "model of profile `default`: sandbox/echo\n"
        "fallback_models of profile `default`: sandbox/slow, sandbox/think\n"
    )
    assert "sandbox/slow,sandbox/think" == setting(program, "fallback_models")


def test_fallbacks_stay_when_none_are_given(run: Program, sandbox: Sandbox) -> None:
    """Another model alone leaves the fallbacks as they are."""
    program = run.at(sandbox)
    program("config", "set", "fallback_models", "a,b")
    program("models", "use", "sandbox/echo")

    assert "a,b" == setting(program, "fallback_models")


def test_goes_to_the_profile_asked_for(run: Program, sandbox: Sandbox) -> None:
    """`-p` says which profile is changed."""
    program = run.at(sandbox)
    program("config", "set", "-p", "work", "vendor", "azure")

    program("models", "use", "-p", "work", "sandbox/think")

    assert "sandbox/think" == setting(program, "model", "-p", "work")
    assert "gpt-4o" == setting(program, "model")


@pytest.mark.parametrize(
    ("argv", "words", "again"),
    [
        (
            ["sandbox/ecko"],
            "no model `sandbox/ecko` on the list (did you mean `sandbox/echo`?)",
            "sandbox/ecko --force",
        ),
        (
            ["sandbox/echo", "--fallback", "sandbox/echo2"],
            "no model `sandbox/echo2` on the list (did you mean `sandbox/echo`?)",
            "sandbox/echo --fallback sandbox/echo2 --force",
        ),
        # It is built in, but this gateway does not have it.
        (["gpt-4o"], "no model `gpt-4o` on the list", "gpt-4o --force"),
    ],
)
def test_refuses_what_is_not_listed(
    run: Program, sandbox: Sandbox, home: Path, argv: list[str], words: str, again: str
) -> None:
    """An id that the gateway does not list is refused; what is near is named, and how to insist."""
    result = run.at(sandbox)("models", "use", *argv)

    assert ExitCode.USAGE == result.code
    assert result.stderr.endswith(f"yourouter: {words}\nhint: yourouter models use {again}\n")
    assert not (home / "config").exists()


@pytest.mark.parametrize(
    "argv", [[""], ["m\nn"], ["sandbox/echo", "--fallback", ""], ["", "--force"]]
)
def test_refuses_what_can_be_no_id(run: Program, sandbox: Sandbox, argv: list[str]) -> None:
    """Nobody is asked for a model without a name, or with one that cannot be sent."""
    result = run.at(sandbox)("models", "use", *argv)

    assert (ExitCode.USAGE, "") == (result.code, result.stdout)
    assert "must be" in result.stderr
    assert [] == sandbox.requests


def test_force(run: Program, sandbox: Sandbox) -> None:
    """`--force` takes any id, and asks nobody."""
    program = run.at(sandbox)

    result = program("models", "use", "my model", "--fallback", "other", "--force")

    assert 0 == result.code
    assert [] == sandbox.requests
    assert "my model" == setting(program, "model")
    assert "other" == setting(program, "fallback_models")


def test_goes_by_the_catalogue_where_there_is_no_list(run: Program) -> None:
    """Without a key the catalogue is the list."""
    result = run("models", "use", "gpt-4.1-2025-04-14")

    assert 0 == result.code
    assert "gpt-4.1-2025-04-14" == setting(run, "model")
    assert ExitCode.USAGE == run("models", "use", "gpt-4.2").code


def test_warns_where_the_environment_wins(run: Program, sandbox: Sandbox) -> None:
    """A model that is set and has no effect is worth a word."""
    program = run.at(sandbox).having(YOUROUTER_MODEL="m")

    result = program("models", "use", "sandbox/echo")

    assert 0 == result.code
    assert result.stderr.endswith("warning: YOUROUTER_MODEL is set and wins over it\n")


def test_the_sandbox_stays_as_it_is(run: Program) -> None:
    """The built-in profile is not changed."""
    result = run("models", "use", "-p", "sandbox", "sandbox/echo")

    assert ExitCode.USAGE == result.code
    assert "the profile `sandbox` is built in and cannot be changed" in result.stderr


def test_only_chat_models_have_fallbacks(run: Program, sandbox: Sandbox) -> None:
    """Nobody stands in for an embedding model: other vectors mean something else."""
    result = run.at(sandbox)("models", "use", "sandbox/embed", "--fallback", "sandbox/echo")

    assert ExitCode.USAGE == result.code
    assert "`sandbox/embed` is no chat model, so it has no fallbacks" in result.stderr
