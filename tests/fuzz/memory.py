"""How much memory a process of this machine has, from /proc."""

from __future__ import annotations

import os
from pathlib import Path


def resident_mib(process: int | str = "self") -> float:
    """Return what the process has in memory now, in MiB."""
    return _status(process, "VmRSS")


def peak_mib(process: int | str = "self") -> float:
    """Return the most it ever had in memory, in MiB."""
    return _status(process, "VmHWM")


def workers_of(process: int) -> list[int]:
    """Return the children of `process`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(folder.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def children_and(process: int) -> list[int]:
    return [process, *workers_of(process)]


def _status(process: int | str, name: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {name} of process {process}; {os.uname().sysname} does not tell it")
