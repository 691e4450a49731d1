"""Lines of code, without blank lines, comments and docstrings.

python comparison/count_lines.py
"""

import ast
import io
import tokenize
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
SIDES = {
    "kpiloop": sorted((HERE.parent / "kpiloop_odoo").glob("*.py")),
    "dlt and a script": [
        HERE / name
        for name in (
            *("common_schema.sql", "dlt_source.py", "dlt_tables.py", "doctor.py"),
            "reverse_etl.py",
        )
    ],
}
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def code_lines(path: Path) -> int:
    """How many lines of a file are code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        lines = (line.strip() for line in text.splitlines())
        return sum(bool(line) and not line.startswith("--") for line in lines)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    code = {
        line
        for token in tokens
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code.difference(docstring_lines(ast.parse(text))))


def docstring_lines(tree: ast.AST) -> Iterable[int]:
    """The lines of texts that stand alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def main() -> None:
    """Print both sides."""
    for side, paths in SIDES.items():
        lines = {path.name: code_lines(path) for path in paths}
        print(f"{side}: {sum(lines.values())} lines in {len(lines)} files")  # noqa: T201 - its answer
        for name, count in lines.items():
            print(f"  {count:4}  {name}")  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
