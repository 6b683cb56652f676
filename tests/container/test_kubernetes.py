"""The manifest for Kubernetes: sound by its schema, and true to the image and the settings."""

import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.conftest import REPOSITORY
from windvane.facts import OPEN_PATHS
from windvane.server.access_guard import LOOPBACK_HOSTS
from windvane.settings import load_settings
from windvane.settings_values import SettingsError

VERSIONS = ("1.30", "1.37")
PATH = REPOSITORY / "docs" / "examples" / "kubernetes.yaml"
MANIFESTS: list[Any] = list(yaml.safe_load_all(PATH.read_text(encoding="utf-8")))
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")


def find(kind: str) -> Any:
    [manifest] = [manifest for manifest in MANIFESTS if manifest["kind"] == kind]
    return manifest


POD: Any = find("Deployment")["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["kind"])
def test_manifest_keeps_to_the_schema(manifest: Any, version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


def test_schema_finds_a_fault() -> None:
    broken = {**find("Service"), "specs": {}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("probe", PROBES)
def test_probe_needs_no_key_and_names_a_host_that_is_always_allowed(probe: str) -> None:
    request = CONTAINER[probe]["httpGet"]

    assert request["path"] in OPEN_PATHS
    [host] = request["httpHeaders"]
    assert host["name"] == "Host"
    assert host["value"] in LOOPBACK_HOSTS


def test_settings_are_those_that_the_server_reads() -> None:
    variables = {each["name"]: each["value"] for each in CONTAINER["env"] if "value" in each}
    variables |= find("ConfigMap")["data"]
    hosts = variables["WINDVANE_ALLOWED_HOSTS"].replace("$(POD_IP)", "10.0.0.7")

    settings = load_settings({**variables, "WINDVANE_ALLOWED_HOSTS": hosts})

    assert {"windvane.default.svc.cluster.local", "10.0.0.7"} <= set(settings.allowed_hosts)


def test_pod_does_not_start_without_its_keys() -> None:
    [secret] = [each["secretRef"] for each in CONTAINER["envFrom"] if "secretRef" in each]

    assert not secret.get("optional")
    assert "Secret" not in {manifest["kind"] for manifest in MANIFESTS}


def test_variables_that_a_service_would_set_are_no_settings() -> None:
    assert POD["enableServiceLinks"] is False

    with pytest.raises(SettingsError):
        load_settings(
            {f"{find('Service')['metadata']['name'].upper()}_PORT": "tcp://10.0.0.1:8080"}
        )


def test_pod_runs_as_the_user_of_the_image_without_privileges() -> None:
    user = int(re.findall(r"^USER (\d+):", DOCKERFILE, re.MULTILINE)[0])

    assert POD["securityContext"]["runAsUser"] == POD["securityContext"]["fsGroup"] == user
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_volume_is_where_the_image_keeps_results() -> None:
    [place] = re.findall(r"^VOLUME (\S+)", DOCKERFILE, re.MULTILINE)

    assert place in {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert f"sqlite:///{place}/" in DOCKERFILE


def test_everything_selects_the_pods_of_the_deployment() -> None:
    labels = find("Deployment")["spec"]["template"]["metadata"]["labels"]

    assert find("Service")["spec"]["selector"] == labels
    assert find("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert find("Deployment")["spec"]["selector"]["matchLabels"] == labels
