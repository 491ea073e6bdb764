"""The questions of the desk, in the order of its page."""

from __future__ import annotations

from workflows.desk.areas import AreasApproved
from workflows.desk.corrections import CorrectionsAsked
from workflows.desk.decisions import Decisions
from workflows.desk.ground import ApprovedTwice, PermitsEnding
from workflows.desk.hands import SameHands
from workflows.desk.held import HeldHowLong
from workflows.desk.late import DecidedLate
from workflows.desk.passed import PassedAnyway
from workflows.desk.question import Question
from workflows.desk.readings import WhoSaw
from workflows.desk.search import Search
from workflows.desk.units import CasesOfUnit

QUESTIONS: tuple[Question, ...] = (
    DecidedLate(), HeldHowLong(), CorrectionsAsked(), Decisions(), CasesOfUnit(), WhoSaw(), PassedAnyway(),
    AreasApproved(), ApprovedTwice(), PermitsEnding(), SameHands(),
)  # fmt: skip
SEARCH = Search()
BY_SLUG = {one.slug: one for one in (*QUESTIONS, SEARCH)}
