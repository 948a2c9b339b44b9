"""Everything that can go wrong, as a tree of exceptions with exit codes.

YourouterError            1  unexpected
├── WriteFailed           1  standard output takes nothing: a full disk, a closed descriptor
├── UsageProblem          2  the command line, an input file or the prompt is wrong
├── ConfigProblem         3  the configuration cannot be used as it stands
├── RequestFailed       4-6  one exchange with the gateway failed; carries a `Failure`
├── AnswerIncomplete      7  some text came, the rest did not
├── BulkPartlyFailed      8  part of a bulk job failed
├── AnswerUnexpected      9  the answer, or a check, is not what was expected
├── StillRunning         10  a task goes on; waiting for it ran out of time
├── TaskFailed           11  a task failed, was cancelled or expired
└── Stopped        130, ...  a signal or a closed pipe ended the work
    ├── Interrupted     130
    ├── Terminated      143
    ├── HungUp          129
    └── PipeClosed      141
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple, Self


class ExitCode(IntEnum):
    """What the process tells its caller; the numbers are fixed, scripts depend on them.

    `meaning` is the line of documentation that help, manual and README show.
    """

    meaning: str

    def __new__(cls, number: int, meaning: str) -> Self:
        """Return the code *number*."""
        code = int.__new__(cls, number)
        code._value_ = number
        code.meaning = meaning
        return code

    DONE = 0, "done"
    BUG = 1, "unexpected failure: a bug, or standard output that cannot be written to"
    USAGE = 2, "wrong use: options, arguments, an empty prompt, an input file that cannot be read"
    CONFIG = (
        3,
        (
            "configuration: no key, unknown profile or setting, broken file, plain http refused,"
            " a key of another origin"
        ),
    )
    DENIED = 4, "not allowed: 401, 403"
    REJECTED = (
        5,
        (
            "the request was rejected: other 4xx, unknown model, balance or quota spent, a blocked"
            " prompt or a refusal"
        ),
    )
    UNREACHABLE = (
        6,
        (
            "the gateway was not reached or did not answer: DNS, TLS, timeout, redirect, 429 and"
            " 5xx after retries"
        ),
    )
    INCOMPLETE = (
        7,
        (
            "the answer is incomplete: it broke off, or --max-rounds ran out; with --strict also"
            " one cut by length or a filter"
        ),
    )
    PARTIAL = 8, "part of a bulk job failed; the report names each row"
    UNEXPECTED = 9, "not what was expected: --expect, --schema, a failed check"
    RUNNING = 10, "still running: waiting ran out of time, the task goes on"
    TASK_FAILED = 11, "the task failed, was cancelled or expired"
    HUNG_UP = 129, "hung up: the terminal is gone"
    INTERRUPTED = 130, "interrupted: Ctrl-C"
    PIPE_CLOSED = 141, "the reader of the output went away; nothing is said about it"
    TERMINATED = 143, "terminated by a signal"


class FailureKind(Enum):
    """Why an exchange failed, and the exit code it has when nothing was shown yet."""

    DNS = "dns", ExitCode.UNREACHABLE
    CONNECT = "connect", ExitCode.UNREACHABLE
    TLS = "tls", ExitCode.UNREACHABLE
    PROXY = "proxy", ExitCode.UNREACHABLE
    TIMEOUT = "timeout", ExitCode.UNREACHABLE
    RESET = "reset", ExitCode.UNREACHABLE
    PROTOCOL = "protocol", ExitCode.UNREACHABLE
    TRUNCATED = "truncated", ExitCode.UNREACHABLE
    RATE_LIMIT = "rate_limit", ExitCode.UNREACHABLE
    UNAVAILABLE = "unavailable", ExitCode.UNREACHABLE
    REDIRECT = "redirect", ExitCode.UNREACHABLE
    DENIED = "denied", ExitCode.DENIED
    UNKNOWN_MODEL = "unknown_model", ExitCode.REJECTED
    QUOTA = "quota", ExitCode.REJECTED
    BLOCKED = "blocked", ExitCode.REJECTED
    REJECTED = "rejected", ExitCode.REJECTED

    def __init__(self, word: str, exit_code: ExitCode) -> None:
        self.word = word
        self.exit_code = exit_code


class Failure(NamedTuple):
    """One failed exchange as a value, so that what to do about it can be decided by a table.

    `clock` names the clock that ran out (`connect`, `first_byte`, `idle`, `total`); `retry_after`
    is the wait in seconds that the gateway asked for; `should_retry` its explicit word on it.
    """

    kind: FailureKind
    message: str
    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    should_retry: bool | None = None
    clock: str | None = None


class Attempt(NamedTuple):
    """One try at getting an answer: who was asked, what came of it, how long was waited after."""

    model: str
    vendor: str | None = None
    status: int | None = None
    error: str | None = None
    waited_ms: int = 0


class YourouterError(Exception):
    """Anything this program reports in one line.

    *hints* are remedies, commands that can be pasted where there is one; *attempts* are the tries
    made before giving up. `status` and `request_id` are those of the failed exchange, if any.
    """

    exit_code: ExitCode = ExitCode.BUG
    kind: str = "bug"

    def __init__(
        self,
        message: str,
        *,
        hints: tuple[str, ...] | str = (),
        status: int | None = None,
        request_id: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hints = (hints,) if isinstance(hints, str) else hints
        self.status = status
        self.request_id = request_id
        self.attempts = attempts


class WriteFailed(YourouterError):
    """What was to be written to a standard stream could not be, and nobody hung up."""

    kind = "output"


class UsageProblem(YourouterError):
    """The command line, an input file or the prompt is wrong; nothing was sent."""

    exit_code = ExitCode.USAGE
    kind = "usage"


class ConfigProblem(YourouterError):
    """The user's configuration cannot be used as it stands."""

    exit_code = ExitCode.CONFIG
    kind = "config"


class RequestFailed(YourouterError):
    """An exchange with the gateway failed before anything of the answer was shown."""

    def __init__(
        self,
        failure: Failure,
        *,
        attempts: tuple[Attempt, ...] = (),
        hints: tuple[str, ...] | str = (),
    ) -> None:
        super().__init__(
            failure.message,
            hints=hints,
            status=failure.status,
            request_id=failure.request_id,
            attempts=attempts,
        )
        self.failure = failure
        self.kind = failure.kind.word
        self.exit_code = failure.kind.exit_code


class AnswerIncomplete(YourouterError):
    """The beginning of an answer was shown and kept; the rest never came."""

    exit_code = ExitCode.INCOMPLETE
    kind = "incomplete"

    @classmethod
    def after(cls, failure: Failure, attempts: tuple[Attempt, ...]) -> AnswerIncomplete:
        """Return the error for a stream that broke by *failure* after some text."""
        error = cls(
            failure.message,
            status=failure.status,
            request_id=failure.request_id,
            attempts=attempts,
        )
        error.kind = failure.kind.word
        return error


class BulkPartlyFailed(YourouterError):
    """Some rows of a bulk job failed for good; the others are done and kept."""

    exit_code = ExitCode.PARTIAL
    kind = "partial"


class AnswerUnexpected(YourouterError):
    """An answer came, but not the expected one, or a check failed."""

    exit_code = ExitCode.UNEXPECTED
    kind = "unexpected"


class StillRunning(YourouterError):
    """A task is not finished; it goes on without us."""

    exit_code = ExitCode.RUNNING
    kind = "running"


class TaskFailed(YourouterError):
    """A task ended without a result."""

    exit_code = ExitCode.TASK_FAILED
    kind = "task_failed"


class Stopped(YourouterError):
    """A signal or a closed pipe ended the work; what was done so far is kept."""

    kind = "stopped"

    def __init__(self, message: str = "stopped", *, hints: tuple[str, ...] | str = ()) -> None:
        super().__init__(message, hints=hints)


class Interrupted(Stopped):
    """Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED
    kind = "interrupted"


class Terminated(Stopped):
    """SIGTERM."""

    exit_code = ExitCode.TERMINATED
    kind = "terminated"


class HungUp(Stopped):
    """SIGHUP: the terminal is gone."""

    exit_code = ExitCode.HUNG_UP
    kind = "hung_up"


class PipeClosed(Stopped):
    """The reader of our output went away, as `head` does."""

    exit_code = ExitCode.PIPE_CLOSED
    kind = "pipe_closed"
