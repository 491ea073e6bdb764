"""What a paper is titled where another one names it, whether it is printed yet or not.

Papers are printed in any order, and what one says of another may not hang on that. Whoever composes papers stands above
those that name one, and says here how it is done (printing.py).
"""

from __future__ import annotations

from collections.abc import Callable

from permits.documents.content import Paper
from permits.models import Document

Composer = Callable[[Document], Paper]
_composers: list[Composer] = []


def composes(composer: Composer) -> Composer:
    """Declares the function that gives the content of any paper from its act."""
    _composers[:] = [composer]
    return composer


def title_of(paper: Document) -> str:
    """Its title on one line: the one it was printed with, else the one it will be."""
    return (paper.title or _composers[0](paper).title).replace("\n", "")
