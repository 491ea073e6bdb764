"""Names of species, compared by their parts: Chinese words, genus, epithet, rank, the parents of a hybrid.

Two names are of one species when a Chinese word or a Latin name they hold is the same; authors, years, subgenera,
accents, case, width and spacing do not count. A taxon below the species is one of the species; a hybrid is one of each
of its parents. No register is asked: synonyms must stand in the list a name is looked up in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final

CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
JOINED: Final = re.compile(r"[与和及或]")
TAIL: Final = re.compile(r"(的|之)?(杂交种|杂交后代|杂交|种子|苗木|幼苗|幼体|幼树|大树|成体|活体|属)$")
PARENTS: Final = re.compile(r"[×✕✖╳*]|(?<=\s)[xX](?=\s)")
PARTS: Final = re.compile(r"[()\[\]=;、,/]")
WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]*\.?")
RANKS: Final = frozenset({"subsp", "ssp", "var", "subvar", "f", "fo", "forma", "subf", "cv", "convar", "nothosubsp"})
PARTICLES: Final = frozenset({"ex", "et", "de", "von", "auct", "non", "nec", "sensu", "sp", "spp", "agg", "hort", "in"})
DOUBTS: Final = frozenset({"cf", "aff"})


@lru_cache(maxsize=4096)
def keys(name: str) -> frozenset[str]:
    """Every Chinese word and Latin name (small letters: genus and epithet, and with the epithet below it where there is
    one) that `name` can be called by. A genus shortened to its letter takes the genus of the parent before it, else it
    stays short (“r. catesbeiana”)."""
    plain = unicodedata.normalize("NFKC", name)
    latin = (" ".join(words[:most]) for words in _taxa(plain) for most in range(2, len(words) + 1))
    return frozenset({*_chinese(plain), *latin})


@lru_cache(maxsize=4096)
def narrow(name: str) -> frozenset[str]:
    """As `keys`, of a taxon below the species its whole name only: a listed subspecies lists no other."""
    plain = unicodedata.normalize("NFKC", name)
    return frozenset({*_chinese(plain), *(" ".join(words) for words in _taxa(plain) if len(words) > 1)})


def genera(name: str) -> frozenset[str]:
    """The genera that `name` gives without an epithet (“Pomacea sp.”), in small letters."""
    return frozenset(words[0] for words in _taxa(name) if len(words) == 1 and not words[0].endswith("."))


def stands_for(name: str, listed: str) -> bool:
    """Whether `name` shares a part that names a species with the `listed` one."""
    known, told = narrow(listed), keys(name)
    return bool(known & told) or any(_short(key, known) for key in told)


def listed_among(listed: Iterable[str], names: Collection[str]) -> list[str]:
    """Those of `listed` that one of `names` stands for, in the list's order."""
    return [one for one in listed if any(stands_for(name, one) for name in names)]


def _chinese(plain: str) -> Iterator[str]:
    for run in CHINESE.findall(plain):
        for word in (run, *JOINED.split(run)):
            yield from filter(None, {word, TAIL.sub("", word)})


def _taxa(name: str) -> Iterator[list[str]]:
    """Each Latin name in `name` as its words: genus, epithet, epithet below the species."""
    letters = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in letters if not unicodedata.combining(c)).replace("_", " ")
    without_subgenus = re.sub(r"([A-Za-z]\s*)\([A-Z][a-z-]+\)(?=\s*[a-z])", r"\1 ", plain)
    for part in PARTS.split(without_subgenus):
        genus = ""
        for parent in PARENTS.split(part):
            if words := _words(parent, genus):
                genus = words[0] if not words[0].endswith(".") else genus
                yield words


def _words(parent: str, genus: str) -> list[str]:
    """The words of one name in small letters: genus, epithet, and epithets below the species; no authors, ranks or
    doubts. `genus` is that of the name before, where this one shortens it or leaves it out."""
    found = WORD.findall(parent)
    if not found:
        return []
    first, *rest = found
    if genus and first.endswith(".") and genus.startswith(first[:-1].casefold()):
        first = genus
    elif genus and first[0].islower() and len(found) == 1:  # “Populus alba × tremula”
        first, rest = genus, found
    words = [first.casefold()]
    for place, word in enumerate(rest):
        told, ranked = word.rstrip(".").casefold(), place > 0 and rest[place - 1].rstrip(".").casefold() in RANKS
        if told in RANKS | DOUBTS or len(words) > 2:
            continue
        if told in PARTICLES:
            break
        if len(words) == 1 or ranked or word[0].islower():
            words.append(told)
        # what else begins with a capital is an author
    return words


def _short(key: str, others: frozenset[str]) -> bool:
    """Whether `key` is a name of `others` with its genus shortened to its letter."""
    letter, dot, rest = key.partition(". ")
    return bool(dot) and any(other.startswith(letter) and other.partition(" ")[2] == rest for other in others)
