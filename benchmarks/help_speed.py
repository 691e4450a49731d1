"""How long `kpiloop --help` takes, against a bare typer program: at most twice as long.

Both are started in turn, and the CPU seconds of the whole processes are compared.
"""

import resource
import statistics
import subprocess
import sys

ROUNDS = 15
BARE = """
import typer
program = typer.Typer()
@program.command()
def one() -> None: "Do one thing."
@program.command()
def other() -> None: "Do another thing."
program()
"""
OURS = "from kpiloop.cli import main; main()"


def cpu_seconds(program: str) -> float:
    """CPU seconds of one `--help` of a program, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program, "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the two medians and their ratio."""
    cpu_seconds(BARE), cpu_seconds(OURS)  # both compiled, both in the file cache
    pairs = [(cpu_seconds(BARE), cpu_seconds(OURS)) for _ in range(ROUNDS)]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"bare typer --help   {bare:.3f} CPU s")
    print(f"kpiloop --help      {ours:.3f} CPU s")
    print(f"ratio               {ours / bare:.2f}  (at most 2)")


if __name__ == "__main__":
    main()
