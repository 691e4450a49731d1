"""Every benchmark, or those that are named: `make bench`, `make bench ONLY="help_speed"`.

A benchmark is a script beside this one. It prints its figures and fails where a goal is missed.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
BENCHMARKS = sorted(path.stem for path in HERE.glob("*.py") if path != Path(__file__))


def main(wanted: Sequence[str]) -> int:
    """Run them one after the other, for they would take the cores from each other."""
    unknown = sorted({*wanted} - {*BENCHMARKS})
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}", flush=True)
    failed: list[str] = []
    for name in wanted or BENCHMARKS:
        print(f"\n{name}\n{'-' * len(name)}", flush=True)
        done = subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\na goal was missed, or the benchmark failed: {', '.join(failed)}")
    return 1 if failed else 0


def machine() -> str:
    """What the figures were measured on."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"{_processor()}, {cores} cores (load before: {load:.1f}), Python "
        f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown processor")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
