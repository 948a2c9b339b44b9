"""The tables, and how a database of an earlier version becomes one of this version."""

from __future__ import annotations

# Each step leads from one version to the next. A released step is never edited: a new one is added.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        # `turns`, `tokens`, `title`, `model` and `updated` repeat what the turns say, so that a
        # listing reads this table alone. Times are milliseconds since the epoch.
        """CREATE TABLE conversation (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            profile TEXT NOT NULL,
            model TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            turns INTEGER NOT NULL DEFAULT 0,
            tokens INTEGER
        )""",
        "CREATE INDEX conversation_by_use ON conversation (updated)",
        "CREATE INDEX conversation_by_profile ON conversation (profile, updated)",
        # A number is never used again: the index of words may know of turns that are gone.
        """CREATE TABLE turn (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL,
            position INTEGER NOT NULL,
            created INTEGER NOT NULL,
            owner TEXT,
            verdict TEXT,
            indexed INTEGER NOT NULL DEFAULT 0,
            dialect TEXT NOT NULL,
            requested_model TEXT NOT NULL,
            system TEXT,
            settings TEXT,
            model TEXT,
            vendor TEXT,
            finish TEXT,
            finish_raw TEXT,
            error TEXT,
            input_tokens INTEGER,
            output_tokens INTEGER,
            reasoning_tokens INTEGER,
            cached_tokens INTEGER,
            total_tokens INTEGER,
            cost REAL,
            first_byte_ms REAL,
            first_token_ms REAL,
            total_ms REAL,
            tokens_per_second REAL,
            attempts TEXT,
            answer_id TEXT,
            request_id TEXT,
            vendor_message_id TEXT
        )""",
        "CREATE UNIQUE INDEX turn_in_conversation ON turn (conversation, position)",
        "CREATE INDEX turn_not_indexed ON turn (number) WHERE indexed = 0",
        # What was said in a turn, in order. A long answer is many rows of one kind: what arrives
        # is added, never rewritten.
        """CREATE TABLE part (
            turn INTEGER NOT NULL,
            position INTEGER NOT NULL,
            role TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (turn, position)
        ) WITHOUT ROWID""",
    ),
    (
        # What of a conversation is context for the next turn: undone turns are not, and a summary
        # stands for those up to `summarized_up_to`.
        "ALTER TABLE turn ADD COLUMN removed INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE conversation ADD COLUMN summary TEXT",
        "ALTER TABLE conversation ADD COLUMN summarized_up_to INTEGER",
    ),
)
