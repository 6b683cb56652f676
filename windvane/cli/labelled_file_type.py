"""Labelled files on the command line.

They are written ``FILE[,column=NAME][,map=five][,ignore=LABEL][,weight=2]``.
"""

import math
from typing import Any

import click

from windvane.rows.label_maps import LABEL_MAPS
from windvane.rows.labelled_files import LabelledFile

_WEIGHT = click.FloatRange(0, min_open=True)
_KEYS = ("column", "map", "ignore", "weight")
_REPEATED_KEY = "ignore"


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
        chosen: dict[str, Any] = {"path": path}
        given_keys = set[str]()
        for pair in pairs:
            key, _, given = pair.partition("=")
            if key not in _KEYS or not given:
                self.fail(f'"{pair}" is none of column=, map=, ignore=, weight=', param, ctx)
            if key in given_keys and key != _REPEATED_KEY:
                self.fail(f"{key}= is there twice", param, ctx)
            given_keys.add(key)
            self._add(chosen, key, given, param, ctx)
        return LabelledFile(**chosen)

    def _add(
        self,
        chosen: dict[str, Any],
        key: str,
        given: str,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        match key:
            case "column":
                chosen["label_column"] = given
            case "ignore":
                chosen["ignored"] = (*chosen.get("ignored", ()), given)
            case "map":
                if given not in LABEL_MAPS:
                    self.fail(f'there is no map "{given}", but {", ".join(LABEL_MAPS)}', param, ctx)
                chosen["label_map"] = LABEL_MAPS[given]
            case "weight":
                chosen["weight"] = _WEIGHT(given, param, ctx)
                if not math.isfinite(chosen["weight"]):
                    self.fail(f"a weight cannot be {given}", param, ctx)


LABELLED_FILE = LabelledFileType()
