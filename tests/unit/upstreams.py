"""Errors as each upstream words them."""

from __future__ import annotations

from typing import Any


def openai(message: str, kind: str | None, code: str | None) -> dict[str, Any]:
    """Return an error as OpenAI words it."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def anthropic(kind: str, message: str) -> dict[str, Any]:
    """Return an error as Anthropic words it."""
    error = {"type": kind, "message": message}
    return {"type": "error", "error": error, "request_id": "req_1"}


def google(code: int, status: str, message: str, *details: Any) -> dict[str, Any]:
    """Return an error as Google words it."""
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return {"error": error}


def ark(code: str, message: str, kind: str = "BadRequest") -> dict[str, Any]:
    """Return an error as Ark words it."""
    return {"error": {"code": code, "message": message, "param": "", "type": kind}}
