"""What a permit kind 许可事项 gives: the contract. Its registry is kinds.py; how a kind is made: docs/a-new-kind.md.

Nothing of ours that knows a model is imported here, because everything asks.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.contract.obligations import Alarm, Held, Obligation
from permits.contract.terms import Extension
from permits.errors import Problem

Label = str | Promise
# The models of these names, Paper and Asked of permits.documents and Determinable of permits.rules: named by what they
# are and not imported, because all of them stand above this file.
Application: TypeAlias = Any
Act: TypeAlias = Any
Document: TypeAlias = Any
Paper: TypeAlias = Any
Determinable: TypeAlias = Any
Asked: TypeAlias = Any


class Requirement(Struct, frozen=True, kw_only=True):
    """One material of a kind's closed list (许可法 31: nothing else may be asked for)."""

    slot: str
    label: Label
    source: object
    """What asks for it: prints itself in the reader's language (permits.rules.named.Source)."""
    required: bool = True
    document: str = ""
    """Code under which the rules know it (`documents` of a case)."""
    accepts: tuple[str, ...] = ("pdf",)
    note: Label = ""


class Section(Struct, frozen=True, kw_only=True):
    """A part of the draft's task list, on a page of its own."""

    slug: str
    label: Label
    url_name: str
    problems: Callable[[Application], Sequence[Problem]]
    started: Callable[[Application], bool]
    """Whether anything was entered yet."""
    kept_as: str = ""
    """The key under which the kind's snapshot holds it, where that is not the slug."""


class PaperKind(Struct, frozen=True, kw_only=True):
    """A paper this kind prints. Decisions and certificates of an agency are numbered apart."""

    code: str
    label: Label
    grants: bool = False
    """Whether it gives the permit."""
    series: str = ""
    """A word that sets its numbers apart from those of the agency's other papers."""
    certificate: bool = False
    adverse: bool = False
    """Whether it is done against the applicant: it then names the organs of the remedies."""
    notice: bool = False
    """Whether it takes the numbers of the agency's notices."""


class Term(Struct, frozen=True, kw_only=True):
    """The first and the last day of a permit: none before it is decided, no last one where the law sets none."""

    first: date | None
    last: date | None = None


class Quota(Struct, frozen=True, kw_only=True):
    """A yearly quota 定额、限额: what it is called, its unit, its law; and the id of the rule against what is above it:
    a refusal on that rule tells what had taken the quota (empty: none does)."""

    label: Label
    unit: Label
    law: str
    rule: str = ""


class Extent(Struct, frozen=True, kw_only=True):
    """A part of what a submission asks for: hectares, and cubic metres where trees are felled, of one forest purpose
    林种 (a code of the kind's; empty: not said) in one district (a GB/T 2260 code; empty: where it was filed). Amounts
    are kept to four decimals, below ten thousand million."""

    place: str
    purpose: str
    hectares: Decimal
    cubic_metres: Decimal = Decimal(0)


class FlowVersion(Struct, frozen=True, kw_only=True):
    """One published version of the kind's flow: its class, the day it begins, and the hash its graph is frozen by."""

    path: str
    valid_from: date
    frozen: str


class Kind:
    """What a kind gives. What has no value here must be given, and so must an abstract method:
    `lacking_parts` finds both at the start. Everything else is common to all kinds."""

    # ---- what it is
    code: str
    label: Label
    short_label: Label
    """As the role matrix and filters call it."""
    nature: Label
    needed_for: Label = ""
    """What it is applied for, in a sentence with its articles, for who does not know yet which kind that is."""
    licence: bool
    """Whether it is an administrative licence 行政许可: the licensing law binds, or only guides by analogy."""
    may_be_secret: bool = False
    """Whether a case can be declared or found to be a state secret: `made_public` then gives nothing of it."""
    uses_resource: bool = True
    """Whether what it permits is the use of a natural resource, which 许可法 66 speaks of: an order that
    concerns another licence rests on the clause that its officer cites alone."""
    case_prefix: str
    """Letters that case numbers begin with."""
    laws: Mapping[str, str] = {}
    """Articles that acts of this kind rest on, by the act's name, where its cases rest on others than the act says."""
    called: Mapping[str, Label] = {}
    """Names of acts and statuses that this kind calls by a word of its own."""

    case: Any
    """How the rules read and judge it: what permits.rules.facts.register gives back for its CaseKind."""

    def contradictions(self) -> Iterator[str]:
        """What the declaration gets wrong, each naming its part: told at the start beside the parts it lacks."""
        if self.case.facts.kind != self.code:
            yield f"facts: kind is “{self.case.facts.kind}”, and not “{self.code}”"
        if not hasattr(self.case.facts, "law_since"):
            yield "facts: law_since is missing, the day from which the law was collected"
        if not any(paper.grants for paper in self.papers):
            yield "papers: none of them grants"

    def guided(self, article: str) -> str:
        """An article of the licensing law, as a page or letter words it, as it holds for this kind: one that is no
        licence is only guided by it."""
        return article if self.licence else _("by analogy with %(article)s") % {"article": article}

    # ---- how it goes
    flows: Sequence[FlowVersion]
    single_review: bool = False
    """Whether the organ that decides is the only one to review: no lower organ's first review, and no period of its
    own for one (许可法 43)."""
    inspected: bool = False
    """Whether officers check the site within a period of its own, and the public is told (令35 art 10, 11)."""
    first_review_follows_owner: bool = True
    """Whether a municipal state forest farm 市属国有林场 applies to the city instead of the district."""

    quota: Quota | None = None
    """The year's quota that approvals use up; None for a kind without one."""

    # ---- what is filled in
    sections: Sequence[Section]
    summary_template: str
    former_materials: Mapping[str, Label] = {}
    """Names of slots the list has no more; cases handed in before still hold files in them."""
    former_fields: frozenset[str] = frozenset()
    """Names of fields the tables have no more; what was handed in before still tells them."""

    @abstractmethod
    def begin(self, application: Application) -> None:
        """Make the kind's empty rows for a new draft."""
        raise NotImplementedError

    def copy(self, source: Application, application: Application) -> None:
        """Take what `source` asks for over into the new draft `application`, days that are over left out; nothing
        unless a kind says how."""

    @abstractmethod
    def requirements(self, application: Application) -> Sequence[Requirement]:
        """The closed list of materials."""
        raise NotImplementedError

    @abstractmethod
    def all_requirements(self, place: str) -> Sequence[Requirement]:
        """The closed list as an empty draft in `place` (a GB/T 2260 code) begins with it."""
        raise NotImplementedError

    @abstractmethod
    def facts(self, application: Application) -> dict[str, Any]:
        """What is applied for, as a case of the rules (permits.rules.parse)."""
        raise NotImplementedError

    @abstractmethod
    def snapshot(self, application: Application) -> dict[str, Any]:
        """Everything applied for, in plain JSON types, decimals as text."""
        raise NotImplementedError

    def districts(self, application: Application) -> Sequence[str]:
        """GB/T 2260 codes of the districts the land lies in; the one filed with first."""
        return (application.jurisdiction_id,)

    def scope(self, application: Application, case: Mapping[str, Any]) -> str:
        """What tells apart, within the kind, who is competent: a mandate's `scope` (a route, a zone); mostly empty.
        `case` is the case as the rules read it, with what was found."""
        return ""

    never_asked: frozenset[str] = frozenset()
    """Paths of `determinable` of which the applicant is never asked and no book tells: an organ alone has it."""

    def determinable(self, application: Application) -> Sequence[Determinable]:
        """The fields an organ may find otherwise than declared, and those it alone can know."""
        return ()

    def declared(self, application: Application, path: str) -> Any:
        """What the applicant answered at `path` of `determinable` that the facts leave out, such as a no that the rules
        read as nothing said; None where nothing was."""
        return None

    def draws(self, application: Application, case: Mapping[str, Any]) -> Mapping[str, Decimal]:
        """What an approval takes from the year's quota, by district; nothing where the kind has none."""
        return {}

    def draws_as_declared(self, cases: Any, place: str) -> Mapping[int, Decimal] | None:
        """What `draws` says for the district `place` of each of `cases` (a query set) as declared: by key, read at
        once; who takes nothing there may be left out. None: each is read by itself, at some queries a case."""
        return None

    def ground(self, application: Application) -> Sequence[tuple[Sequence[Any], str]]:
        """The ground each row speaks of: district, farm or township, village or compartment, sub-compartment; and what
        the row is called. Nothing for a kind without ground."""
        return ()

    def said_of_ground(self, application: Application, row: int) -> dict[str, str]:
        """What a row says of the ground itself, by label: in words, to be laid beside another's."""
        return {}

    def read_ground(self, applications: Sequence[Application]) -> None:
        """Read at once what `said_of_ground` asks of many applications of this kind."""

    def kept_by_organs(self, application: Application, case: Mapping[str, Any]) -> dict[str, Any]:
        """Facts that the organs' own books tell of `case`, such as what is left of a quota."""
        return {}

    def told(self, part: str, name: str, value: Any) -> tuple[str, str] | None:
        """A field of a snapshot's `part` as pages tell it: its name with the unit, and the value in words, each in the
        reader's language. None: by the name and the choices of the field of that name."""
        return None

    def in_full(self, asked: Mapping[str, Any]) -> Asked | None:
        """All that a snapshot asks for, in official words, as papers print it; None: by the names of its fields."""
        return None

    def form_matter(self, asked: Mapping[str, Any]) -> str:
        """What a snapshot applies for, as the form of the application is headed; in the language that is active where
        the kind has no official words of its own."""
        return str(self.label)

    def extent(self, asked: Mapping[str, Any]) -> Sequence[Extent]:
        """How much land a snapshot asks for, by district and purpose, as declared; nothing for a kind without land. It
        reads every snapshot that was ever handed in."""
        return ()

    def purpose_label(self, purpose: str) -> Label:
        """What `extent` means by the code of a forest purpose, in words."""
        return purpose or _("not said")

    # ---- what comes of it
    papers: Sequence[PaperKind]

    @abstractmethod
    def term(self, application: Application) -> Term:
        """First and last day of the permit that an approval on `application.decided_on` gives."""
        raise NotImplementedError

    def extension(self, application: Application) -> Extension:
        """Whether and how long the permit's term can be extended, asked by when."""
        return Extension()

    ends_at: str = ""
    """The path of the fact that says to which day what is asked for lasts; empty for a kind whose facts say none."""
    obligation_labels: Mapping[str, Label] = {}
    """What the kind's obligations after approval are called, by the stem of their codes."""
    unlimited_by: str = ""
    """Code of the obligation that, reported and found right, leaves the permit without a last day."""
    alarm: Alarm | None = None
    """Why an escape is told to the agency within the day; None for a kind in which nothing can escape."""

    def obligations(self, application: Application, held: Held) -> Sequence[Obligation]:
        """What the permit `held` obliges to, computed from its term, its facts and the acts since; never from today."""
        return ()

    def obligation_words(self, act: Act) -> Iterable[tuple[str, str]]:
        """Code and words of the obligations that `act` gave, an approval or an alarm, where several are called alike.
        Conditions are told for every kind without it."""
        return ()

    def charges(self, application: Application) -> bool:
        """Whether a fee is due before the permit is given; its amount is what the rules find (CaseKind.fee)."""
        return False

    def may_charge(self, application: Application) -> bool:
        """Whether a fee can be told as due: also where no text says that it is, and a person finds so."""
        return self.charges(application)

    def fee_made_up(self, case: Any) -> Mapping[str, Any]:
        """How the rules make up the fee of `case` (facts of CaseKind): what its notice's record keeps of it, plain."""
        return {}

    def experts_needed(self, application: Application) -> bool | None:
        """Whether experts must review this case; None for a kind that never needs them, and asks for no reason."""
        return None

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """What must have been done in this case before it can be approved, such as a site check or a fee paid."""
        return ()

    def owed_by_organs(self, application: Application) -> Mapping[str, Collection[str]]:
        """Acts that several organs do in this case, each for its own part of it, and that some have not done: by name
        the places (GB/T 2260) of those. Nothing where one organ does all."""
        return {}

    @abstractmethod
    def papers_of(self, record: Act) -> Sequence[str]:
        """Codes of the kind's papers that `record` requires."""
        raise NotImplementedError

    def paper(self, document: Document) -> Paper:
        """The content of one of those papers: `paper` of papers.py in the kind's folder."""
        return _papers_of(self).paper(document)

    @abstractmethod
    def matter_name(self, application: Application) -> str:
        """What papers call the matter, in the official words."""
        raise NotImplementedError

    def title_parts(self, application: Application) -> tuple[str, str]:
        """What titles of papers are joined from: the design's or project's own name, and what is asked for it. Asked
        of drafts too."""
        return application.title, self.matter_name(application)

    def reply_title(self, application: Application) -> str:
        """The title of the paper that grants, as it will be printed; asked of drafts too."""
        return ""

    def made_public(self, application: Application) -> tuple[tuple[str, str], ...]:
        """What a public notice tells of the case, heads and texts: `made_public` of papers.py in the kind's folder."""
        return _papers_of(self).made_public(application)  # type: ignore[no-any-return]

    def public_heads(self) -> Mapping[str, Label]:
        """What the heads of `made_public` say in the reader's language, by head: `PUBLIC_HEADS` of papers.py. A head
        that is not there stands as it is."""
        return getattr(_papers_of(self), "PUBLIC_HEADS", {})

    @property
    def installed(self) -> bool:
        """Whether the kind is there; a case of one that is not opens read-only."""
        return True


def _papers_of(kind: Kind) -> Any:
    """The module papers.py of the kind's folder: it pulls in the typesetting, which no page of a draft needs."""
    return import_module(papers_path(kind))


def papers_path(kind: Kind) -> str:
    return f"{type(kind).__module__.rpartition('.')[0]}.papers"
