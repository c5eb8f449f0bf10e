"""Dataclasses out of JSON, strictly: training without a setting that one does not know would be worse than
not training."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from pathlib import Path
from typing import Any, TypeVar

from rlvr_trainer.errors import TrainerError

Record = TypeVar("Record")


def decode_json(record: type[Record], text: str | bytes, label: str) -> Record:
    """Reads the text of a JSON file of the protocol; raises TrainerError `protocol_violation` that names
    it."""
    try:
        return read_record(record, json.loads(text), "")
    except ValueError as error:
        raise violation(label, str(error)) from error


def read_json(record: type[Record], path: Path) -> Record:
    """The same from a file; raises TrainerError `missing_file` when there is none."""
    try:
        text = path.read_bytes()
    except FileNotFoundError as error:
        raise TrainerError("missing_file", f"there is no {path}", "Check the path.") from error
    return decode_json(record, text, str(path))


def violation(label: str, why: str) -> TrainerError:
    """What is wrong with something that the orchestrator wrote."""
    return TrainerError(
        "protocol_violation",
        f"{label} is not what trainer protocol 1 says: {why}",
        "Orchestrator and trainer must speak the same version of the protocol.",
    )


def read_record(record: type[Record], value: Any, at: str) -> Record:
    """An object as a dataclass; keys with a default may be missing. Raises ValueError that says where."""
    if not isinstance(value, dict):
        raise ValueError(f"{at or 'it'} is no object")
    fields = {field.name: field for field in dataclasses.fields(record)}
    unknown = sorted(value.keys() - fields.keys())
    if unknown:
        raise ValueError(f"unknown key {', '.join(join(at, name) for name in unknown)}")
    hints = typing.get_type_hints(record)
    missing = [
        name
        for name, field in fields.items()
        if name not in value
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ValueError(f"missing key {', '.join(join(at, name) for name in missing)}")
    return record(**{name: convert(hints[name], item, join(at, name)) for name, item in value.items()})


def convert(kind: Any, value: Any, at: str) -> Any:
    """A value as its type hint says: numbers, text, literals, lists, maps, unions with None, dataclasses."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        problems = []
        for option in arguments:
            try:
                return convert(option, value, at)
            except ValueError as error:
                problems.append(str(error))
        raise ValueError(problems[0])
    if origin is typing.Literal:
        if value in arguments:
            return value
        raise ValueError(f"{at} is {value!r}, none of {', '.join(map(repr, arguments))}")
    if origin is list and isinstance(value, list):
        return [convert(arguments[0], item, f"{at}[{index}]") for index, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: convert(arguments[1], item, join(at, key)) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        return read_record(kind, value, at)
    if kind is Any:
        return value
    if kind is float and type(value) in (int, float):
        return float(value)
    if type(value) is kind or (kind is types.NoneType and value is None):
        return value
    raise ValueError(f"{at} is {value!r}, which is no {getattr(kind, '__name__', kind)}")


def join(at: str, name: str) -> str:
    """The path of a key."""
    return f"{at}.{name}" if at else name
