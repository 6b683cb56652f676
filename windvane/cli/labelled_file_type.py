"""Labelled files on the command line.

They are written ``FILE[,column=NAME][,map=five][,ignore=LABEL][,weight=2][,teacher=no]``.
"""

from typing import Any

import click

from windvane.cli.finite_range import FiniteRange
from windvane.rows.label_maps import LABEL_MAPS
from windvane.rows.labelled_files import LabelledFile

_WEIGHT = FiniteRange(0, min_open=True)
_KEYS = ("column", "map", "ignore", "weight", "teacher")
_KNOWN_KEYS = ", ".join(f"{key}=" for key in _KEYS)
_REPEATABLE_KEY = "ignore"


class LabelledFileType(click.ParamType[LabelledFile]):
    """A file and how to read it, in the form of docker's ``--mount``."""

    name = "file"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> LabelledFile:
        """Parse the file's name and its keys."""
        if isinstance(value, LabelledFile):
            return value
        path, *pairs = str(value).split(",")
        fields: dict[str, Any] = {"path": path}
        seen_keys = set[str]()
        for pair in pairs:
            key, _, setting = pair.partition("=")
            if key not in _KEYS or not setting:
                self.fail(f'"{pair}" is none of {_KNOWN_KEYS}', param, ctx)
            if key in seen_keys and key != _REPEATABLE_KEY:
                self.fail(f"{key}= is there twice", param, ctx)
            seen_keys.add(key)
            self._add(fields, key, setting, param, ctx)
        return LabelledFile(**fields)

    def _add(
        self,
        fields: dict[str, Any],
        key: str,
        setting: str,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        match key:
            case "column":
                fields["label_column"] = setting
            case "ignore":
                fields["ignored"] = (*fields.get("ignored", ()), setting)
            case "map":
                if setting not in LABEL_MAPS:
                    self.fail(
                        f'there is no map "{setting}", but {", ".join(LABEL_MAPS)}', param, ctx
                    )
                fields["label_map"] = LABEL_MAPS[setting]
            case "weight":
                fields["weight"] = _WEIGHT(setting, param, ctx)
            case "teacher":
                fields["use_teachers"] = click.BOOL.convert(setting, param, ctx)


LABELLED_FILE = LabelledFileType()
