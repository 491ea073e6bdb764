"""Law as code: pure rules over typed facts. Imports no models and needs no database."""

from .base import Citation, Finding, Message, Rule
from .parsing import BadCase, parse
from .verdict import Verdict, evaluate

__all__ = ["BadCase", "Citation", "Finding", "Message", "Rule", "Verdict", "evaluate", "parse"]
