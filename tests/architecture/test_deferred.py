"""What is imported late is imported late for a reason, and the reason stands beside it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.architecture.sources import Source, sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_IMPORTS = ast.Import | ast.ImportFrom
# Words for a person; marks for a linter give no reason.
_REASON = re.compile(r"#\s*(?!noqa|type:|pragma|fmt:)\w")
EXAMPLE = '''
import at_the_top

def function():
    """Say nothing about imports."""
    import bare
    import beside  # 2 ms that text does without
    import after_it
    from parted import (
        name,  # 2 ms that text does without
    )
    import for_a_linter  # noqa: F401

    # Imported here because it costs 2 ms.
    import below
    import next_to_it

    from further import on
    print(below)
    import apart

class Class:
    import in_a_class

    async def method(self):
        try:
            # 2 ms that text does without.
            import in_a_branch
        except ImportError:
            # This is about something else.

            import too_far_off
        match self:
            case None:
                import in_a_case
        def inside():
            import inside
'''


def unexplained(source: Source) -> Iterator[str]:
    """Yield the place of each import in a function that no comment accounts for.

    The comment stands on the import itself, or directly above it or the imports it follows with
    nothing but blank lines between them.
    """
    lines = source.text.splitlines()
    for statements in _blocks(source.tree):
        covered = False
        for statement in statements:
            if not isinstance(statement, _IMPORTS):
                covered = False
                continue
            first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
            above = lines[first - 1].strip()
            covered = covered or (above.startswith("#") and bool(_REASON.match(above)))
            if not covered and not _REASON.search("\n".join(lines[first:last])):
                yield f"{source.name}:{statement.lineno} {ast.unparse(statement)}"


def _blocks(node: ast.AST, *, is_late: bool = False) -> Iterator[list[ast.AST]]:
    """Yield each list of statements that is run by a function called."""
    is_late = is_late or isinstance(node, _FUNCTIONS)
    for _, value in ast.iter_fields(node):
        if isinstance(value, list):
            children = [child for child in value if isinstance(child, ast.AST)]
            if is_late:
                yield children
            for child in children:
                yield from _blocks(child, is_late=is_late)


def test_a_late_import_says_why() -> None:
    """Each import inside a function says in a comment what it saves."""
    assert [] == [place for source in sources() for place in unexplained(source)]


def test_what_says_why(tmp_path: Path) -> None:
    """A reason is on the import or directly above its block; all else is not about it."""
    module = tmp_path / "example.py"
    module.write_text(EXAMPLE)

    found = [place.partition(" ")[2] for place in unexplained(Source("example", module))]

    assert [
        "import bare",
        "import after_it",
        "import for_a_linter",
        "import apart",
        "import too_far_off",
        "import in_a_case",
        "import inside",
    ] == found
