"""`python -m benchmarks.load CASES [--templates N] [--no-log] [--no-words]` into the empty database of DATABASE_URL."""

from __future__ import annotations

import argparse
import logging
import os
import sys

import django


def main() -> int:
    """Load, and say how fast."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("cases", type=int, help="how many cases, template cases included")
    parser.add_argument("--templates", type=int, help="walk only so many of the template cases")
    parser.add_argument("--no-log", action="store_true", help="leave the transparency log empty")
    parser.add_argument("--no-words", action="store_true", help="do not make the indexes of the words in acts")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    logging.disable(logging.INFO)
    from benchmarks.load.guard import Refused
    from benchmarks.load.loading import load

    try:
        done = load(asked.cases, spread=asked.templates, log=not asked.no_log, words=not asked.no_words)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    copies = done.cases - done.templates
    sys.stdout.write(
        f"{done.cases} cases, {done.rows} rows of copies; {done.templates} templates walked in {done.walking:.0f} s, "
        f"{copies} copies in {done.copying:.0f} s ({copies / max(done.copying, 0.001):.0f} a second), "
        f"log filled in {done.logging:.0f} s\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
