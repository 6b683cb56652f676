"""A stage, synthesized in this process: its template, to be asked for properties."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra.app import build_app
from tests.conftest import REPOSITORY

Resource = dict[str, Any]

CONTEXT = json.loads((REPOSITORY / "cdk.json").read_text(encoding="utf-8"))["context"]


@dataclass(frozen=True)
class SynthesizedStage:
    """What `cdk deploy` would send for one stage.

    Attributes:
        name: Name of the stage.
        folder: The cloud assembly.
        templates: Template by stack.
        template: The API's template with the resources of both stacks, as if they were one.
    """

    name: str
    folder: Path
    templates: dict[str, Any]
    template: dict[str, Any]

    @property
    def template_paths(self) -> list[Path]:
        return [self.folder / f"{stack}.template.json" for stack in self.templates]

    @property
    def data(self) -> dict[str, Any]:
        """The template of the stage's data."""
        template: dict[str, Any] = self.templates[f"windvane-{self.name}-data"]
        return template

    def find(self, kind: str, **properties: Any) -> list[Resource]:
        """List the resources of a type that have these properties."""
        return [
            resource
            for resource in self.template["Resources"].values()
            if resource["Type"] == kind
            and properties.items() <= resource.get("Properties", {}).items()
        ]

    def only(self, kind: str, **properties: Any) -> Resource:
        """Answer the properties of the one resource that matches."""
        [resource] = self.find(kind, **properties)
        answer: Resource = resource["Properties"]
        return answer

    def kind_of(self, reference: dict[str, Any]) -> str:
        """Name the type of the resource that a reference, or an ARN made with one, leads to."""
        [kind] = self.kinds_in(reference)
        return kind

    def kinds_in(self, value: Any) -> set[str]:
        """Name the types of all resources that a value refers to."""
        if isinstance(value, list):
            return {kind for item in value for kind in self.kinds_in(item)}
        if not isinstance(value, dict):
            return set()
        target = value.get("Ref") or value.get("Fn::GetAtt", [None])[0]
        if target in self.template["Resources"]:
            return {self.template["Resources"][target]["Type"]}
        return self.kinds_in(list(value.values()))


def synthesize(name: str, folder: Path, *, package: Path, bundle: Path) -> SynthesizedStage:
    """Run the app for one stage; raises where the CDK or cdk-nag finds fault."""
    context = {**CONTEXT, "stage": name, "bundle": str(bundle), "alarm_email": "a@example.com"}
    app = App(outdir=str(folder), context=context)
    build_app(app, lambda _: package)
    app.synth()
    stacks = (f"windvane-{name}-data", f"windvane-{name}")
    data, api = (
        json.loads((folder / f"{stack}.template.json").read_text(encoding="utf-8"))
        for stack in stacks
    )
    return SynthesizedStage(
        name, folder, dict(zip(stacks, (data, api), strict=True)), _merge(data, api)
    )


def _merge(data: dict[str, Any], api: dict[str, Any]) -> dict[str, Any]:
    """Resolve the API's references to outputs of its data, and add the data's resources."""
    merged: dict[str, Any] = _resolve(api, data["Outputs"])
    assert not data["Resources"].keys() & merged["Resources"].keys()
    return {**merged, "Resources": {**data["Resources"], **merged["Resources"]}}


def _resolve(value: Any, outputs: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_resolve(item, outputs) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetStackOutput" in value:
        return outputs[value["Fn::GetStackOutput"]["OutputName"]]["Value"]
    return {name: _resolve(item, outputs) for name, item in value.items()}


def to_text(value: Any, names: dict[str, str]) -> str:
    """Write a value of a template as text, with names for what is known only when deployed."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return names[value["Ref"]]
    separator, parts = value["Fn::Join"]
    joined: str = separator.join(to_text(part, names) for part in parts)
    return joined
