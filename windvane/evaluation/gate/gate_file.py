"""Gate files: rules by table and metric, in TOML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec

from windvane.evaluation.errors import GateError
from windvane.evaluation.gate.figures import PAIRED_METRICS, file_table
from windvane.inference.bundle_files import sha256_of
from windvane.toml_files import read_toml

EVERY, FILES = "every", "files"
OTHER_TABLES = ("corrections", "held_out_corrections", "behaviour", "bias", "size", "speed")
_TABLES = (EVERY, FILES, *OTHER_TABLES)
_SHA256 = "sha256"
_MOST_RULES = 500
_Bound = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_Change = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a metric of the challenger must keep.

    Attributes:
        min: Lowest value.
        max: Highest value.
        max_drop: How far it may be below the champion's.
        max_rise: How far it may be above the champion's.
        max_ratio: How many times the champion's it may be.
    """

    min: _Bound | None = None
    max: _Bound | None = None
    max_drop: _Change | None = None
    max_rise: _Change | None = None
    max_ratio: _Change | None = None

    def limits(self) -> dict[str, float]:
        """Return the limits that are set, by name."""
        return msgspec.to_builtins(self)  # type: ignore[no-any-return] # a dict by its fields


Rules = Mapping[str, Rule]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The content of a gate file.

    Attributes:
        path: Where it is.
        sha256: Hash of its bytes, in hexadecimal.
        every: Rules of each evaluation file; a file's own rule for a metric takes its place.
        files: Rules by the name of an evaluation file.
        hashes: sha256 that an evaluation file must have, by its name.
        tables: Rules of the other tables; a table that is absent is not measured.
    """

    path: Path
    sha256: str
    every: Rules = field(default_factory=dict)
    files: Mapping[str, Rules] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Rules] = field(default_factory=dict)

    def rules_of(self, file: str) -> Rules:
        """Return the rules of an evaluation file."""
        return {**self.every, **self.files.get(file, {})}

    def rules(self, files: Sequence[str]) -> Iterator[tuple[str, str, Rule]]:
        """Yield table, metric and rule, those of the evaluation files first."""
        for file in files:
            for metric, rule in self.rules_of(file).items():
                yield file_table(file), metric, rule
        for table, rules in self.tables.items():
            for metric, rule in rules.items():
                yield table, metric, rule


def load_gate(path: Path) -> Gate:
    """Read a gate file.

    Raises:
        GateError: It cannot be read, has an unknown table or limit, or has no rule.
    """
    tables = read_toml(path, dict[str, dict[str, Any]], GateError)
    for table in tables:
        _require_known(f"{path}: there is no table", table, _TABLES)
    files, hashes = _read_files(path, tables.get(FILES, {}))
    gate = Gate(
        path=path,
        sha256=sha256_of(path),
        every=_read_rules(path, EVERY, tables.get(EVERY, {})),
        files=files,
        hashes=hashes,
        tables={
            table: _read_rules(path, table, tables[table])
            for table in OTHER_TABLES
            if table in tables
        },
    )
    count = len(gate.every) + sum(map(len, [*files.values(), *gate.tables.values()]))
    if not 0 < count <= _MOST_RULES:
        raise GateError(f"{path} has {count:,} rules; allowed are 1 to {_MOST_RULES}.")
    return gate


def require_metrics(gate: Gate, metrics: Mapping[str, Sequence[str]]) -> None:
    """Refuse a rule whose metric will not be measured.

    Args:
        gate: The gate.
        metrics: Names of the metrics by table; of evaluation files by `file_table`.

    Raises:
        GateError: Names table and metric.
    """
    given = [table.removeprefix(f"{FILES}.") for table in metrics if table.startswith(f"{FILES}.")]
    for file in gate.files:
        if file not in given:
            raise GateError(
                f'{gate.path}: the evaluation file "{file}" is not among those given: '
                f"{', '.join(given) or 'none'}."
            )
    for table, metric, _rule in gate.rules(given):
        if table not in metrics:
            raise GateError(
                f"{gate.path}, {table}: no texts were given to measure it on "
                f"(--{table.replace('_', '-')})."
            )
        _require_known(f"{gate.path}, {table}: there is no metric", metric, metrics[table])


def require_frozen(gate: Gate, sha256_by_file: Mapping[str, str]) -> None:
    """Refuse an evaluation file that is not the one whose hash the gate names.

    Raises:
        GateError: Names the file.
    """
    for file, expected in gate.hashes.items():
        if file in sha256_by_file and sha256_by_file[file] != expected:
            raise GateError(
                f"{file} is not the file that {gate.path} names: its sha256 is "
                f"{sha256_by_file[file]}."
            )


def _read_files(path: Path, tables: Mapping[str, Any]) -> tuple[dict[str, Rules], dict[str, str]]:
    rules: dict[str, Rules] = {}
    hashes: dict[str, str] = {}
    for file, content in tables.items():
        if not isinstance(content, dict):
            raise GateError(f'{path}: write [files."{file}"] as a table of rules.')
        if _SHA256 in content:
            hashes[file] = str(content[_SHA256])
        own = {metric: rule for metric, rule in content.items() if metric != _SHA256}
        rules[file] = _read_rules(path, file_table(file), own)
    return rules, hashes


def _read_rules(path: Path, table: str, content: Mapping[str, Any]) -> dict[str, Rule]:
    rules = {}
    for metric, limits in content.items():
        try:
            rule = msgspec.convert(limits, Rule)
        except msgspec.ValidationError as error:
            reason = str(error).replace(" - at `$", " - at `").removesuffix(" - at ``")
            raise GateError(
                f"{path}, {table}, {metric}: {reason}; limits are "
                f"{', '.join(Rule.__struct_fields__)}."
            ) from error
        _require_sense(path, table, metric, rule)
        rules[metric] = rule
    return rules


def _require_sense(path: Path, table: str, metric: str, rule: Rule) -> None:
    names = rule.limits().keys()
    if not names:
        raise GateError(f"{path}, {table}, {metric}: it has no limit.")
    relative = sorted(names - {"min", "max"})
    if metric in PAIRED_METRICS and relative:
        raise GateError(
            f"{path}, {table}, {metric}: it compares with the champion already, so "
            f"{relative[0]} says nothing; use min or max."
        )


def _require_known(what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise GateError(f'{what} "{name}"; there are: {", ".join(known)}.')
