"""The command `auditor`, also `python -m auditor`.  `--version` is answered before anything is imported."""

from __future__ import annotations

import sys

from auditor import __version__


def main() -> None:
    """Entry point."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"auditor {__version__}\n")
        return
    from auditor.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
