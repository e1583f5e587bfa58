"""YAML files to checked entries; every refusal names file, key path, what was found and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.core.errors import ConfigProblem

_WORDED_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, beginning with a letter",
    r"^[a-z0-9][a-z0-9_.-]*$": "lower-case letters, digits, '_', '.' and '-'",
    r"^[0-9A-Z]{6}$": "six digits or capital letters",
    r"^\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$": "a period: 2022, 2022-Q3 or 2022-09",
    r"^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?$": "a date, whole or partial: 2022-08-31, 2022-08 or 2022",
}

Head = TypeVar("Head", bound=BaseModel)
Item = TypeVar("Item", bound=BaseModel)


class _DuplicateKeyError(yaml.YAMLError):
    """A mapping names one key twice."""

    def __init__(self, key: object, line: int) -> None:
        self.key, self.line = key, line
        super().__init__(f"key {key!r} is there twice (line {line})")


if TYPE_CHECKING:
    _BaseLoader = yaml.SafeLoader
else:  # the parser in C is ten times faster, and not everywhere
    _BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL_AND_MERGE = {
    letter: [pair for pair in resolvers if pair[0].endswith((":null", ":merge"))]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _TextLoader(_BaseLoader):
    """YAML in which plain scalars stay text (only null and merge are resolved) and keys are unique.

    The entry models convert text to numbers, dates and yes/no, so that 510000, 2022 or NO never
    turn into something else on the way.
    """

    yaml_implicit_resolvers = _NULL_AND_MERGE

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """As the base class, but a repeated key is refused."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise _DuplicateKeyError(key_node.value, key_node.start_mark.line + 1)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


def load_yaml(path: Path, *, shown_as: str) -> tuple[Any, list[ConfigProblem]]:
    """The content of one YAML file, or None with the problem that prevents it.

    Parameters
    ----------
    path : Path
        File to read, UTF-8.
    shown_as : str
        Name of the file in messages.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader), []  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        return None, [ConfigProblem(shown_as, "", "no such file", "this file must exist")]
    except UnicodeDecodeError as error:
        return None, [ConfigProblem(shown_as, "", f"bytes that are not UTF-8 at {error.start}", "UTF-8 text")]
    except _DuplicateKeyError as error:
        found = f"the key {error.key!r} a second time (line {error.line})"
        return None, [ConfigProblem(shown_as, str(error.key), found, "each key once")]
    except yaml.YAMLError as error:
        return None, [
            ConfigProblem(shown_as, "", f"text that is not YAML ({_one_line(error)})", "valid YAML")
        ]


def _one_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error))


@dataclass(frozen=True)
class Reading(Generic[Head, Item]):
    """What one file gave: its head, its valid items, and the codes of items that were refused.

    The refused codes count as known, so that one broken entry is told once and not again by
    everything that refers to it.
    """

    file: str
    head: Head | None
    items: tuple[Item, ...]
    refused_codes: frozenset[str]
    problems: tuple[ConfigProblem, ...]


def read_list(
    path: Path, *, head: type[Head], item: type[Item], key: str, shown_as: str
) -> Reading[Head, Item]:
    """A file that holds a list of entries under `key`; each entry is checked by itself.

    Parameters
    ----------
    path : Path
        File to read.
    head : type
        Model of the whole file; it is checked with an empty list.
    item : type
        Model of one entry.
    key : str
        Where the list stands.
    shown_as : str
        Name of the file in messages.
    """
    raw, problems = load_yaml(path, shown_as=shown_as)
    if problems:
        return Reading(shown_as, None, (), frozenset(), tuple(problems))
    listed = raw.get(key) if isinstance(raw, Mapping) else None
    listed = listed if isinstance(listed, list) else []
    bare = {**raw, key: []} if listed else raw
    whole, found = _validated(head, bare, raw, (), shown_as)
    problems += found
    items: list[Item] = []
    refused: set[str] = set()
    for position, value in enumerate(listed):
        entry, found = _validated(item, value, raw, (key, position), shown_as)
        problems += found
        if entry is not None:
            items.append(entry)
        elif isinstance(value, Mapping) and isinstance(value.get("code"), str):
            refused.add(value["code"])
    return Reading(shown_as, whole, tuple(items), frozenset(refused), tuple(problems))


def read_one(path: Path, model: type[Item], *, shown_as: str) -> tuple[Item | None, list[ConfigProblem]]:
    """A file that is one entry by itself, or None with everything that is wrong in it."""
    raw, problems = load_yaml(path, shown_as=shown_as)
    return (None, problems) if problems else _validated(model, raw, raw, (), shown_as)


def _validated(
    model: type[Item], value: Any, raw: Any, prefix: tuple[int | str, ...], shown_as: str
) -> tuple[Item | None, list[ConfigProblem]]:
    """An instance, or what pydantic refused in the words of a configuration file."""
    if not isinstance(value, Mapping):
        allowed = f"the keys {', '.join(model.model_fields)}"
        return None, [ConfigProblem(shown_as, key_path(prefix, raw), _shown(value), allowed)]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [
            ConfigProblem(
                shown_as, key_path((*prefix, *detail["loc"]), raw), *_found_and_allowed(detail, model)
            )
            for detail in error.errors(include_url=False)
        ]


def key_path(location: tuple[int | str, ...], raw: Any) -> str:
    """A location as `targets[code].unit`; an entry without a readable code keeps its position.

    Examples
    --------
    >>> key_path(("targets", 1, "unit"), {"targets": [{}, {"code": "rd_2022"}]})
    'targets[rd_2022].unit'
    """
    parts: list[str] = []
    here = raw
    for step in location:
        here = _step_into(here, step)
        if isinstance(step, int):
            code = here.get("code") if isinstance(here, Mapping) else None
            parts.append(f"[{code if isinstance(code, str) else step}]")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def _step_into(value: Any, step: int | str) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _found_and_allowed(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """What was found and what is allowed, by pydantic's kind of error."""
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        keys = ", ".join(_model_at(model, detail["loc"][:-1]).model_fields)
        return f"the unknown key {detail['loc'][-1]!r}", f"the keys {keys}"
    if kind == "value_error":
        return _entry_in_short(value), str(context["error"])
    allowed = {
        "missing": "this key is required",
        "enum": str(context.get("expected", "")).replace("'", ""),
        "literal_error": str(context.get("expected", "")).replace("'", ""),
        "string_pattern_mismatch": _WORDED_PATTERNS.get(context.get("pattern", ""), detail["msg"]),
        "date_from_datetime_parsing": "a date such as 2030-12-31",
        "date_parsing": "a date such as 2030-12-31",
    }
    found = "nothing" if kind == "missing" else _shown(value)
    return found, allowed.get(kind, _rule_in_short(detail["msg"]))


def _rule_in_short(message: str) -> str:
    return message.removeprefix("Input should ").removeprefix("be ").split(", unable")[0]


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _entry_in_short(value: Any) -> str:
    """The few fields of an entry that its own rules are about."""
    if not isinstance(value, Mapping):
        return _shown(value)
    told = ("kind", "indicator", "comparator", "value", "value_upper", "unit", "green_at", "yellow_at")
    return ", ".join(f"{key} {value[key]}" for key in told if key in value) or "an entry without them"


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model of the entry that a location points into."""
    for step in location:
        if isinstance(step, str) and step in model.model_fields:  # else the key of a mapping of entries
            model = next(_models_in(model.model_fields[step].annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
