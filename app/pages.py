"""Gets the program large memory pages, where Linux gives them only to those who ask.

A word of the reply reads every weight of the core once; with pages of 4 KB the processor spends a quarter of that time
on finding them (117 tokens/s before, 154 after, on two cores). glibc asks for large pages only if told so before the
program begins (its tunable `glibc.malloc.hugetlb`, since 2.35), so the program begins once more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

TUNABLES = "GLIBC_TUNABLES"
ASKING = "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
"""One arena: the parts load in several threads, and arenas of their own grow in steps too small for large pages."""
_SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def begin_again() -> None:
    """Replace this process by one with large pages, where that helps; otherwise do nothing."""
    if getattr(sys, "frozen", False) or not wanted(os.environ, _setting()):
        return
    os.environ[TUNABLES] = ASKING
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    except OSError:
        return  # small pages are slower, nothing else


def wanted(environment: Mapping[str, str], setting: str) -> bool:
    """Whether large pages are to be had for the asking and nobody has decided about them yet."""
    return "[madvise]" in setting and TUNABLES not in environment


def _setting() -> str:
    try:
        return _SETTING.read_text(encoding="ascii")
    except OSError:
        return ""  # not Linux, or a kernel without large pages
