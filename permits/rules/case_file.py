"""Case files: YAML, one case or several separated by `---`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml
from django.utils.translation import gettext as _

from permits.data_files import yaml_fault
from permits.rules.reading import shown


class BadFile(ValueError):
    """The text is no YAML of cases; the message tells line and column where YAML knows them."""


class _Loader(yaml.SafeLoader):
    """Safe YAML that leaves dates as they are written and refuses a field given twice."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    problem = _("the field “%(field)s” stands twice") % {"field": shown(key)}
                    raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
                seen.add(key)
        return super().construct_mapping(node, deep)


def documents(text: str) -> list[Any]:
    """Every document of the file, as plain values. Raises BadFile for bad YAML or an empty file."""
    try:
        found = list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        raise BadFile(_("this is nested too deep to be read") if deep else yaml_fault(error)) from error
    kept = [document for document in found if document is not None]
    if not kept:
        raise BadFile(_("the file holds no case"))
    return kept
