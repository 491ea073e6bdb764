"""YAML with line numbers. Every scalar is read as text: a code keeps its zeros, a bad date is told with its line."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct

from roles.faults import in_words


class Row(dict[str, Any]):
    """A YAML mapping that knows the line it starts on."""

    line: int = 0


class Problem(Struct, frozen=True):
    """One thing wrong in the data, and where: file, line (from 1), row, field."""

    file: str
    line: int
    row: str
    field: str
    message: str | Promise

    def __str__(self) -> str:
        place = _("%(file)s, line %(line)d") % {"file": self.file, "line": self.line}
        row = _(", row “%(row)s”") % {"row": self.row} if self.row else ""
        field = _(", field “%(field)s”") % {"field": self.field} if self.field else ""
        return f"{place}{row}{field}: {self.message}"


class BadMatrix(Exception):
    """The data cannot be loaded; `problems` names every place. Nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class _LinedLoader(yaml.BaseLoader):
    """Base loader: no implicit types; mappings become rows, a key given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        row = Row()
        row.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in row:
                raise yaml.constructor.ConstructorError(
                    None, None, _("the field “%(field)s” stands twice") % {"field": key}, key_node.start_mark
                )
            row[key] = self.construct_object(value_node, deep=True)
        return row  # type: ignore[return-value]  # its keys are text, a narrower type than the base class promises


def read_file(path: Path) -> Row:
    """The mapping at the top of a YAML file. Raises `BadMatrix` for a missing file, bad YAML or another top."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LinedLoader)  # noqa: S506  # builds text only
    except (OSError, UnicodeDecodeError) as error:
        raise BadMatrix([Problem(path.name, 1, "", "", in_words(error))]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = _("this is not YAML (%(problem)s)") % {"problem": getattr(error, "problem", None) or error}
        raise BadMatrix([Problem(path.name, mark.line + 1 if mark else 1, "", "", message)]) from error
    if not isinstance(content, Row):
        raise BadMatrix([Problem(path.name, 1, "", "", _("the file must be a mapping"))])
    return content
