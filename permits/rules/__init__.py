"""Law as code: pure rules over typed facts. Imports no models and needs no database."""

from permits.rules.base import Citation, Finding, Message, Rule
from permits.rules.parsing import BadCase, parse
from permits.rules.verdict import Verdict, evaluate

__all__ = ["BadCase", "Citation", "Finding", "Message", "Rule", "Verdict", "evaluate", "parse"]
