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
    """What `cdk deploy` would send for one stage."""

    name: str
    folder: Path
    template: dict[str, Any]

    @property
    def template_path(self) -> Path:
        return self.folder / f"windvane-{self.name}.template.json"

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
    path = folder / f"windvane-{name}.template.json"
    return SynthesizedStage(name, folder, json.loads(path.read_text(encoding="utf-8")))


def to_text(value: Any, names: dict[str, str]) -> str:
    """Write a value of a template as text, with names for what is known only when deployed."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return names[value["Ref"]]
    separator, parts = value["Fn::Join"]
    joined: str = separator.join(to_text(part, names) for part in parts)
    return joined
