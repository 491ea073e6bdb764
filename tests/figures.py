"""How much is tried: cells of the access tables and hostile files, counted from the tests' own tables.

    DJANGO_SETTINGS_MODULE=config.settings python -m tests.figures

Requests of the fuzz test are counted by the test: `pytest tests/test_fuzz_requests.py --junitxml=FILE` writes each
account's into FILE as the property `requests`; FUZZ=5 sends each address five times more.
"""

from __future__ import annotations

import sys

import django


def told(line: str) -> None:
    """A line of the answer."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print a line for each figure."""
    django.setup()
    from tests.access import CASE, SITE
    from tests.accounts import EVERYONE
    from tests.permits.hostile import HOSTILE
    from tests.test_administration_table import TABLE

    pairs = [*SITE.values(), *(pair for pages in CASE.values() for pair in pages.values())]
    pairs += [pair for _of, pair in TABLE.values()]
    cells = [cell for pair in pairs for answers in pair for cell in answers.values()]
    told(f"{len(EVERYONE)} accounts; {len(pairs)} addresses and statuses, GET and POST: {len(cells)} cells")
    refused = sum(cell in (403, 404, 405, 409, "log in") for cell in cells)
    told(f"of these {refused} are refusals, {sum(cell == 'done' for cell in cells)} acts that are done")
    told(f"{len(HOSTILE)} hostile files")


if __name__ == "__main__":
    main()
