"""The line below the prompt of an interactive session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.render.tables import fit, width

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.dialogue import Dialogue

_BETWEEN = " · "
# A name of less than this tells nothing.
_LEAST = 6


def status_line(dialogue: Dialogue, columns: int) -> str:
    """Return profile, model, vendor and tokens of *dialogue*, in at most *columns*.

    A dialect other than the usual one, and attachments that wait, are named too. Where there is no
    room for all, the profile is left out first, then the vendor; the model is cut last.
    """
    profile, model = dialogue.profile.name, clean_line(dialogue.model)
    vendor = dialogue.route.vendor or "auto"
    # A vendor of the same name says it all.
    rest = [] if dialogue.route.dialect in {"openai", vendor} else [dialogue.route.dialect]
    if count := len(dialogue.attached):
        rest.append(f"{count} attached")
    rest.append(f"{dialogue.tokens:,} tokens")
    for shown in ([profile, model, vendor, *rest], [model, vendor, *rest], [model, *rest]):
        line = _BETWEEN.join(shown)
        if width(line) <= columns:
            return line
    room = columns - width(_BETWEEN.join(["", *rest]))
    if room < _LEAST:
        return fit(line, columns).rstrip()
    return _BETWEEN.join([fit(model, room), *rest])
