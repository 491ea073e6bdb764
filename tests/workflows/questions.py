"""Questions of the auditor's desk, asked as a browser would."""

from __future__ import annotations

import csv
import io

from tests.cast import Cast, log_in

EVER = "since=2020-01-01"


def ask(cast: Cast, slug: str, query: str = EVER) -> list[list[str]]:
    """The lines of the answer as its CSV gives them, without the heads."""
    answer = log_in(cast.auditor, english=True).get(f"/desk/{slug}/?{query}&format=csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
