"""What one answer cost, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.wording import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.events import Answer, Usage


def receipt_line(answer: Answer) -> str:
    """Return the receipt of *answer*; what the gateway did not say is `unknown`, never 0."""
    return "usage: " + ", ".join(_items(answer))


def _items(answer: Answer) -> Iterator[str]:
    yield from _tokens(answer.usage)
    cost = answer.usage.cost
    yield f"cost {'unknown' if cost is None else f'{cost:.6f}'.rstrip('0').rstrip('.')}"
    if finished := answer.finished:
        timing = finished.timing
        yield f"first byte {span(timing.first_byte_ms) or 'unknown'}"
        yield f"first token {span(timing.first_token_ms) or 'unknown'}"
        yield f"total {span(timing.total_ms) or 'unknown'}"
        rate = timing.tokens_per_second
        yield "tokens/s unknown" if rate is None else f"{rate:.1f} tokens/s"
    yield f"vendor {clean_line(answer.started.vendor or 'unknown')}"
    yield f"request {clean_line(answer.started.request_id or 'unknown')}"
    if message := answer.started.vendor_message_id:
        yield f"vendor message {clean_line(message)}"
    yield f"attempts {len(answer.finished.attempts) if answer.finished else 'unknown'}"


def _tokens(usage: Usage) -> Iterator[str]:
    yield f"tokens in {_count(usage.input_tokens)}" + _of_these(usage.cached_tokens, "cached")
    yield f"out {_count(usage.output_tokens)}" + _of_these(usage.reasoning_tokens, "reasoning")
    known = usage.input_tokens is not None and usage.output_tokens is not None
    if not known and usage.total_tokens is not None:
        yield f"in all {usage.total_tokens}"


def _count(number: int | None) -> str:
    return "unknown" if number is None else str(number)


def _of_these(number: int | None, what: str) -> str:
    return f" ({number} {what})" if number else ""
