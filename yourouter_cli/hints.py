"""Hints whose words depend on the command line, which only the root of the commands knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A longer command is not repeated: the error would no longer be seen.
_MOST_LETTERS = 400


class Again(str):
    """The same command with *options*, and not with those *without* which it has to be."""

    __slots__ = ("options", "without")
    options: tuple[str, ...]
    without: tuple[str, ...]

    def __new__(cls, *options: str, without: tuple[str, ...] = ()) -> Self:
        """Return the hint; as text it names the options alone."""
        hint = super().__new__(cls, f"the same command with {_joined(options)}")
        hint.options = options
        hint.without = without
        return hint


class OfProfile(str):
    """A whole command of this program, which is about the profile that was named."""

    __slots__ = ()


class NewKey(OfProfile):
    """The command that keeps a key; another one where the key that was refused is not kept."""

    __slots__ = ()


def exported(variable: str) -> str:
    """Return the command that reads what is secret into the environment's *variable*."""
    return f"read -rs {variable} && export {variable}"


def spelled(
    hint: str,
    argv: Sequence[str] | None,
    profile: str | None,
    new_key: Callable[[], str | None] = lambda: None,
) -> str:
    """Return *hint* as a command that can be pasted after the command line *argv*.

    *profile* is the one that `-p` named; *new_key* returns the command that replaces the key that
    was sent, None when there was none. A command line that may hold a secret, or is long, is not
    repeated; nor is one that is None, since it did more than what failed.
    """
    if isinstance(hint, Again) and argv is not None and not _is_private(argv):
        end = argv.index("--") if "--" in argv else len(argv)
        # A switch that is there already need not be there twice.
        dropped = hint.without if len(hint.options) > 1 else (*hint.without, *hint.options)
        kept = [word for word in argv[:end] if word not in dropped]
        command = _joined(["yourouter", *kept, *hint.options, *argv[end:]])
        return command if command.isprintable() and len(command) <= _MOST_LETTERS else hint
    if isinstance(hint, NewKey):
        hint = new_key() or hint
    if isinstance(hint, OfProfile) and profile is not None:
        return f"{hint} {_joined(['-p', profile])}"
    return hint


def _is_private(argv: Sequence[str]) -> bool:
    """Tell whether *argv* has headers, or links with what may be a signature."""
    return any(
        word.startswith(("-H", "--header")) or ("://" in word and "?" in word) for word in argv
    )


def _joined(words: Sequence[str]) -> str:
    # Imported here because only errors need it.
    import shlex

    return shlex.join(words)
