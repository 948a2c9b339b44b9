"""Reading generateContent: as strict as the upstream, and then in no dialect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.sandbox.exchange import Rejected, decode_object, encode
from yourouter_cli.sandbox.fields import Fields, describe_base64, describe_url, key_of
from yourouter_cli.sandbox.pieces import Ask, Tool, count_tokens
from yourouter_cli.sandbox.scenarios import choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yourouter_cli.sandbox.exchange import Request
    from yourouter_cli.sandbox.memory import Memory

STREAM_ACTION = "streamGenerateContent"
CAPITAL = re.compile("([A-Z])")
FUNCTION_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
SCHEMA_KEYS = ("responseSchema", "responseJsonSchema")


class ProtoFields(Fields):
    """Fields that may be spelled `in_snake_case`, as the upstream takes them too."""

    def get(self, name: str) -> Any:
        """Return the value of the field *name*, whichever way it is spelled."""
        value = super().get(name)
        return super().get(CAPITAL.sub(r"_\1", name).lower()) if value is None else value


class Turn(NamedTuple):
    """One content: who said it, its text, what is attached, and function calls or results in it."""

    role: str
    text: str
    media: tuple[str, ...]
    calls: int
    results: tuple[str, ...]


def read(request: Request, memory: Memory) -> Ask:
    """Check *request* and return what is asked; reject what the upstream would reject."""
    model, _, action = request.path.partition("/models/")[2].rpartition(":")
    kind = choose(model).kind
    is_stream = action == STREAM_ACTION
    if is_stream and kind == "no-stream":
        raise Rejected(404, f"`{STREAM_ACTION}` is not offered for this model")
    body = ProtoFields(decode_object(request.body))
    config = body.object("generationConfig") or ProtoFields({}, "generationConfig")
    _check_parameters(body, config)
    turns = _read_turns(body)
    tools = _read_tools(body)
    system = body.object("systemInstruction")
    instruction = _read_turn(system, "system").text if system else ""
    asked_at = [at for at, turn in enumerate(turns) if turn.role == "user" and not turn.results]
    last = asked_at[-1] if asked_at else 0
    prompt = turns[last].text
    said = [part for turn in turns for part in (turn.text, *turn.media, *turn.results)]
    mode = _calling_mode(body)
    return Ask(
        model=model,
        prompt=prompt,
        digest=request.digest(),
        input_tokens=max(1, count_tokens(" ".join([instruction, *said]))),
        attempts=lambda: memory.count(f"{key_of(request.headers)} {model} {prompt}"),
        stream=is_stream,
        is_array=request.query.get("alt") != ("sse",) or kind == "array",
        media=turns[last].media,
        user_messages=sum(turn.role == "user" for turn in turns),
        tools=() if mode == "NONE" else tools,
        forced_tool=_forced_tool(body, tools) if mode == "ANY" else None,
        tool_results=tuple(text for turn in turns[last + 1 :] for text in turn.results),
        schema=_read_schema(config),
        max_tokens=config.integer("maxOutputTokens", 1),
        vendor=request.headers.get("vendor", "auto"),
    )


def _check_parameters(body: Fields, config: Fields) -> None:
    config.number("temperature", 0, 2)
    config.number("topP", 0, 1)
    config.number("topK", 0, 1000)
    config.integer("candidateCount", 1, 1)
    config.integer("seed", -(2**31))
    config.array("stopSequences")
    config.texts("stopSequences", 5)
    config.array("responseModalities")
    thinking = config.object("thinkingConfig")
    if thinking is not None:
        thinking.integer("thinkingBudget", -1)
        thinking.boolean("includeThoughts")
        thinking.text("thinkingLevel")
    for setting in body.objects("safetySettings"):
        setting.require("category")
        setting.require("threshold")


def _read_turns(body: Fields) -> list[Turn]:
    body.require("contents")
    turns: list[Turn] = []
    waiting = 0
    for content in body.objects("contents"):
        turn = _read_turn(content, content.choice("role", "user", "model"))
        if len(turn.results) != waiting:
            raise content.reject(
                "parts", f"has {len(turn.results)} function responses to {waiting} function calls"
            )
        waiting = turn.calls
        turns.append(turn)
    if not turns:
        raise body.reject("contents", "must not be empty")
    if waiting:
        raise body.reject("contents", "must end with the response to the function call")
    return turns


def _read_turn(content: Fields, role: str) -> Turn:
    texts: list[str] = []
    media: list[str] = []
    results: list[str] = []
    calls = 0
    content.require("parts")
    for part in content.objects("parts"):
        if "text" in part:
            if not part.boolean("thought"):
                texts.append(part.text("text") or "")
        elif "inlineData" in part:
            media.append(_describe_inline(part))
        elif "fileData" in part:
            media.append(_describe_file(part))
        elif "functionCall" in part and role == "model":
            function = part.object("functionCall") or part
            function.require("name")
            function.object("args")
            calls += 1
        elif "functionResponse" in part and role == "user":
            results.append(_read_response(part))
        elif "thoughtSignature" not in part:
            raise part.reject("data", "required oneof field `data` must have one initialized field")
    if not (texts or media or results or calls) and role != "model":
        raise content.reject("parts", "must not be empty")
    if not any(texts) and not (media or results) and role == "user":
        raise content.reject("parts", "must have some text or data")
    return Turn(role, "\n".join(texts), tuple(media), calls, tuple(results))


def _describe_inline(part: Fields) -> str:
    data = part.object("inlineData") or part
    data.require("mimeType")
    data.require("data")
    media_type = data.text("mimeType") or ""
    return describe_base64(
        data.text("data") or "", media_type, lambda why: data.reject("data", why)
    )


def _describe_file(part: Fields) -> str:
    data = part.object("fileData") or part
    data.require("fileUri")
    uri = data.text("fileUri") or ""
    if uri.startswith("gs://"):
        return f"[file {uri}]"
    return describe_url(uri, "file", lambda why: data.reject("fileUri", why))


def _read_response(part: Fields) -> str:
    given = part.object("functionResponse") or part
    given.require("name")
    given.require("response")
    response = given.object("response")
    values = list(response.data.values()) if response else []
    # A tool that answers in text is reported as {"result": text} or under a key of that sort.
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return encode(response.data if response else {}).decode()


def _read_tools(body: Fields) -> tuple[Tool, ...]:
    tools = []
    for offered in body.objects("tools"):
        for function in offered.objects("functionDeclarations"):
            function.require("name")
            name = function.text("name") or ""
            if not FUNCTION_NAME.fullmatch(name):
                raise function.reject("name", f"`{name}` does not match {FUNCTION_NAME.pattern}")
            schema = function.object("parametersJsonSchema") or function.object("parameters")
            if "parametersJsonSchema" in function and "parameters" in function:
                raise function.reject("parameters", "excludes `parametersJsonSchema`")
            tools.append(Tool(name, schema.data if schema else {}))
    return tuple(tools)


def _calling(body: Fields) -> Fields | None:
    config = body.object("toolConfig")
    return config.object("functionCallingConfig") if config else None


def _calling_mode(body: Fields) -> str:
    calling = _calling(body)
    if calling is None or "mode" not in calling:
        return "AUTO"
    return calling.choice("mode", "AUTO", "ANY", "NONE", "VALIDATED")


def _forced_tool(body: Fields, tools: Sequence[Tool]) -> Tool:
    calling = _calling(body) or body
    allowed = calling.texts("allowedFunctionNames", 128)
    for tool in tools:
        if not allowed or tool.name in allowed:
            return tool
    raise calling.reject("allowedFunctionNames", "names no function that is declared")


def _read_schema(config: Fields) -> Mapping[str, Any] | None:
    media_type = config.text("responseMimeType") or "text/plain"
    given = [name for name in SCHEMA_KEYS if name in config]
    if not given:
        return None
    if len(given) > 1:
        raise config.reject(given[0], f"excludes `{given[1]}`")
    if media_type not in {"application/json", "text/x.enum"}:
        raise config.reject("responseMimeType", "must be `application/json` with a schema")
    schema = config.object(given[0])
    return schema.data if schema else None
