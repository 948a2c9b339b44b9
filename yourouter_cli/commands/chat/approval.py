"""Who says yes before a tool's command is run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from yourouter_cli.commands.asking import can_ask, confirmed
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.services.rounds import Toolbox

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.events import ToolCall
    from yourouter_cli.services.tools import RunnableTool
    from yourouter_cli.session import Session


def toolbox_for(tools: tuple[RunnableTool, ...], options: ChatOptions, session: Session) -> Toolbox:
    """Return the tools that may be run; without a person to ask, only `--yes` allows it."""
    runnable = {tool.tool.name: tool for tool in tools if tool.command}
    if not runnable:
        raise UsageProblem(f"no function in `{options.tools}` has a `command` to run")
    if not options.yes and not can_ask(session):
        raise UsageProblem(
            "running tools needs a confirmation, and nobody can be asked", hints=Again("--yes")
        )

    def approve(tool: RunnableTool, call: ToolCall) -> bool:
        if options.yes:
            return True
        # The model wrote the arguments: they must not be able to draw another question.
        arguments = clean_line(json.dumps(call.arguments, ensure_ascii=False))
        question = f"run `{' '.join(tool.command)}` with {arguments}?"
        return confirmed(session, question, default=False)

    return Toolbox(
        runnable=runnable,
        approve=approve,
        environ=session.environ,
        max_rounds=options.max_rounds,
    )
