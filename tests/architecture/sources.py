"""The modules of the package as syntax trees, and what each imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yourouter_cli

PACKAGE = Path(yourouter_cli.__file__).parent
NAME = PACKAGE.name


@dataclass(frozen=True)
class Source:
    """One module."""

    name: str
    path: Path

    @property
    def room(self) -> str:
        """Return the part of the house it belongs to: a folder, or the module itself.

        What is run as a program of its own is a way in, wherever it lies.
        """
        return "__main__" if self.name.endswith(".__main__") else room_of(self.name)

    @cached_property
    def text(self) -> str:
        """Return what is written in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Return its syntax tree."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def imports(self) -> frozenset[str]:
        """Return the modules it imports, for type checking only or not, now or later."""
        return frozenset(
            name for node in ast.walk(self.tree) for name in _imported(node) if name != "__future__"
        )

    @property
    def ours(self) -> frozenset[str]:
        """Return those of its imports that belong to the package."""
        return frozenset(name for name in self.imports if name.partition(".")[0] == NAME)

    @property
    def others(self) -> frozenset[str]:
        """Return the top-level names of its other imports."""
        return frozenset(name.partition(".")[0] for name in self.imports - self.ours)


def sources(root: Path = PACKAGE) -> list[Source]:
    """Return every module below *root*."""
    return [
        Source(".".join(path.relative_to(root.parent).with_suffix("").parts), path)
        for path in sorted(root.rglob("*.py"))
    ]


def room_of(module: str) -> str:
    """Return the room of *module*; the package itself is the room `version`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__init__" else "version"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return []
    if _is_package(node.module):
        # `from package import module` imports the module, not only the package.
        return [
            f"{node.module}.{alias.name}" if _exists(f"{node.module}.{alias.name}") else node.module
            for alias in node.names
        ]
    return [node.module]


def _is_package(module: str) -> bool:
    parts = module.split(".")
    return parts[0] == NAME and PACKAGE.joinpath(*parts[1:]).is_dir()


def _exists(module: str) -> bool:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").exists()
