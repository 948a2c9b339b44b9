"""Fill a database of transcripts: `python -m tests.bench.make_history PATH [COUNT [TURNS]]`."""

from __future__ import annotations

import random
import sqlite3
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.sqlite import migrate
from yourouter_cli.transcripts.ids import new_id
from yourouter_cli.transcripts.index import WordIndex
from yourouter_cli.transcripts.schema import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN = 1_600_000_000
_MODELS = ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash", "sandbox/echo")
_QUESTION_WORDS, _ANSWER_WORDS = 12, 60


def make_history(path: Path, conversations: int = 10_000, turns: int = 20) -> None:
    """Make the database *path*, with words as unevenly frequent as those of a language.

    `common` is in every answer; `rare0001` in one turn of the first conversation, and so on.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    migrate(connection, STEPS)
    connection.execute("BEGIN")
    words = _words(random.Random(7))  # noqa: S311 - the same words each time
    turn_numbers = count(1)
    for number in range(1, conversations + 1):
        when = (_BEGIN + number * 3600) * 1000
        title = " ".join(next(words) for _ in range(_QUESTION_WORDS))
        connection.execute(
            "INSERT INTO conversation (number, id, title, profile, model, created, updated, turns,"
            " tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                new_id(when // 1000),
                title,
                "work" if number % 10 == 0 else "default",
                _MODELS[number % len(_MODELS)],
                when,
                when + turns * 60_000,
                turns,
                turns * 150,
            ),
        )
        for position in range(1, turns + 1):
            turn = next(turn_numbers)
            connection.execute(
                "INSERT INTO turn (number, conversation, position, created, verdict, dialect,"
                " requested_model, model, finish, total_tokens)"
                " VALUES (?, ?, ?, ?, 'finished', 'openai', ?, ?, 'stop', 150)",
                (turn, number, position, when + position * 60_000, *_MODELS[:1] * 2),
            )
            question = title if position == 1 else " ".join(next(words) for _ in range(12))
            answer = " ".join(next(words) for _ in range(_ANSWER_WORDS)) + " common"
            if position == 1:
                answer += f" rare{number:04}"
            connection.executemany(
                "INSERT INTO part VALUES (?, ?, ?, 'text', ?)",
                [(turn, 0, "user", question), (turn, 1, "assistant", answer)],
            )
    connection.execute("COMMIT")
    connection.execute("BEGIN")
    WordIndex().catch_up(connection)
    connection.execute("COMMIT")
    connection.close()


def _words(chance: random.Random) -> Iterator[str]:
    known = [
        "".join(chance.choices("aeioulnrstdkm", k=chance.randint(2, 9))) for _ in range(30_000)
    ]
    weights = [1 / rank for rank in range(1, len(known) + 1)]
    while True:
        yield from chance.choices(known, weights, k=100_000)


if __name__ == "__main__":
    make_history(Path(sys.argv[1]), *map(int, sys.argv[2:]))
