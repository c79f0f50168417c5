"""Decides between the window (no arguments) and the command line (any argument)."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from app.pages import begin_again


def main(argv: Sequence[str] | None = None) -> int:
    """Run with `argv` (the process's own when None) and return the exit code of docs/cli.md."""
    if argv is None:
        begin_again()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        from app import cli
    except ModuleNotFoundError as error:
        print(
            f"visavis: The package {error.name} is missing. Set everything up: bash packaging/run.sh", file=sys.stderr
        )
        return 3
    if arguments:
        return cli.run(arguments)
    return cli.guarded(_window)


def _window() -> int:
    from app.main import run_window  # the only road to Qt

    return run_window()


if __name__ == "__main__":
    sys.exit(main())
