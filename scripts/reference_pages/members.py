"""What a class offers to authors, read from its source: its fields and methods, its prose."""

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import dedent
from types import ModuleType

_SECTIONS = ("Args:", "Attributes:", "Raises:")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One name of a class, as a reader of the page sees it."""

    line: str
    meaning: str


def summary(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return re.sub(r"\s+", " ", inspect.cleandoc(text or "").partition("\n\n")[0])


def prose(text: str | None) -> str:
    """A docstring as Markdown: what its sections tell becomes a list."""
    return "\n".join(_listed(inspect.cleandoc(text or "").splitlines()))


def _listed(lines: Sequence[str]) -> Iterator[str]:
    is_section = False
    for line in lines:
        if line in _SECTIONS:
            is_section = True
            yield f"{line}\n"
        elif is_section and (item := re.fullmatch(r"    (\w+): (.*)", line)):
            yield f"- `{item[1]}`: {item[2]}"
        elif is_section and line.startswith("     "):
            yield f"  {line.strip()}"
        else:
            is_section = False
            yield line


def members_of(owner: type) -> Iterator[Member]:
    """The public fields and methods that a class says something about, its parents' first."""
    found: dict[str, Member] = {}
    for parent in reversed(owner.__mro__):
        if parent.__module__.partition(".")[0] == "kpiloop":
            found |= dict(_own(parent))
    return iter(found.values())


def aliases_of(module: ModuleType) -> Iterator[Member]:
    """The kinds of value that a module defines as annotated types, each with its Python type."""
    body = ast.parse(inspect.getsource(module)).body
    for statement, following in pairwise(body):
        match statement:
            case ast.Assign(
                targets=[ast.Name(name)],
                value=ast.Subscript(value=ast.Name("Annotated"), slice=ast.Tuple(elts=[plain, *_])),
            ):
                yield Member(line=f"{name}: {_plain(plain)}", meaning=_note(following))
            case _:
                pass


def signature(function: object) -> str:
    """How a function is called, as its source says it."""
    (node,) = _parsed(function).body
    assert isinstance(node, _Function)
    return _call(node)


def _own(owner: type) -> Iterator[tuple[str, Member]]:
    (node,) = _parsed(owner).body
    assert isinstance(node, ast.ClassDef)
    for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(statement, _Function) and not statement.name.startswith("_"):
            meaning = summary(ast.get_docstring(statement))
            is_field = any(_is_property(each) for each in statement.decorator_list)
            line = _field(statement) if is_field else _call(statement)
            yield statement.name, Member(line=line, meaning=meaning)
        elif (name := _assigned(statement)) and not name.startswith("_"):
            line = name
            if isinstance(statement, ast.AnnAssign):
                line = f"{name}: {_plain(statement.annotation)}"
            yield name, Member(line=line, meaning=_note(following))


def _parsed(thing: object) -> ast.Module:
    assert inspect.isclass(thing) or inspect.isfunction(thing)
    return ast.parse(dedent(inspect.getsource(thing)))


def _assigned(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""


def _note(statement: ast.stmt | None) -> str:
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    ):
        return re.sub(r"\s+", " ", statement.value.value)
    return ""


def _is_property(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in {"property", "cached_property"}


def _field(function: _Function) -> str:
    return f"{function.name}: {_plain(function.returns)}" if function.returns else function.name


def _call(function: _Function) -> str:
    arguments = function.args
    if arguments.args and arguments.args[0].arg in {"self", "cls"}:
        arguments.args = arguments.args[1:]
    returns = f" -> {_plain(function.returns)}" if function.returns else ""
    return f"{function.name}({ast.unparse(arguments)}){returns}"


def _plain(annotation: ast.expr) -> str:
    return re.sub(r"^ClassVar\[(.*)\]$", r"\1", ast.unparse(annotation)).strip("'\"")
