"""Proofs to take away: that the acts and papers of a case are in the log, as permits/ledger/verify.py reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from permits.ledger.keys import used_keys
from permits.ledger.log import Inclusion, NotLogged, checkpoint, prove_rows, published
from permits.ledger.sources import PAPERS
from permits.ledger.verify import PROOF
from permits.models import Act, Document, LogCheckpoint, LogLeaf

Entry = dict[str, Any]


def entries(acts: Iterable[Act], papers: Iterable[Document], newest: LogCheckpoint | None) -> list[Entry]:
    """An entry for each act that is in the log as `newest` has it, and for each paper that is, with its act: the leaf's
    data and number, and the hashes that lead to the root; of a paper also its columns that were logged, and the salt.
    None without a checkpoint."""
    if newest is None:
        return []
    rows = list(papers)
    of_acts = prove_rows("act", [act.pk for act in acts], newest)
    of_papers = prove_rows(PAPERS.name, [row.pk for row in rows], newest)
    return [
        *(_entry(found) for found in sorted(of_acts.values(), key=lambda found: found.number)),
        *(_paper(row, of_papers[row.pk]) for row in rows if row.pk in of_papers and row.act_id in of_acts),
    ]


def proof_of_paper(paper: Document) -> bytes:
    """All that shows, without this system, that `paper` and the act that required it are in the log.

    JSON. It tells keys, hashes, the number and the token of the paper: nothing that who holds the paper does not know,
    and of the case its key alone. Raises NotLogged in the first minute after the issue, or where the log has no key.
    """
    newest = checkpoint()
    if newest is None:
        raise NotLogged(paper.number)
    of_act = prove_rows("act", [paper.act_id], newest).get(paper.act_id)
    of_paper = prove_rows(PAPERS.name, [paper.pk], newest).get(paper.pk)
    if of_act is None or of_paper is None:
        raise NotLogged(paper.number)
    told = {
        "format": PROOF,
        "how_to_verify": "python -m permits.ledger.verify proof.json --file paper.pdf --key KEY",
        "act": _entry(of_act),
        "paper": _paper(paper, of_paper),
        "checkpoint": published(newest),
        "keys": log_keys(),
    }
    return readable(told)


def proved(paper: Document) -> bool:
    """Whether `paper` and its act are in the log already, so that there is a proof to take away."""
    wanted = Q(source="act", row=paper.act_id) | Q(source=PAPERS.name, row=paper.pk)
    return LogLeaf.objects.filter(wanted).count() == 2


def log_keys() -> list[str]:
    """The public keys that signed this log, the newest first."""
    return [str(used.key) for used in used_keys()]


def readable(told: Any) -> bytes:
    """JSON for people and programs, with a line feed at its end."""
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _entry(found: Inclusion) -> Entry:
    return {"data": found.data, "number": found.number, "proof": [hash.hex() for hash in found.proof]}


def _paper(row: Document, found: Inclusion) -> Entry:
    return _entry(found) | {"salt": found.salt, "text": PAPERS.text(row)}
