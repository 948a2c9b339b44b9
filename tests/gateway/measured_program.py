"""The program as a process that says how much memory it took: `measured_program.py REPORT ARGV`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from yourouter_cli.cli import main
from yourouter_cli.session import Session

if __name__ == "__main__":
    code = main(sys.argv[2:], Session())
    # The most that this program held at once; `ru_maxrss` counts what started it as well.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    Path(sys.argv[1]).write_text(peak[1] if peak else "", encoding="ascii")
    os._exit(code)  # as the program does: whoever is left may be waiting for the network
