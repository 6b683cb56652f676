from pathlib import Path

import pytest

from infra.before_deploy import check_docker
from infra.stages import Stage, StageError

IMAGE = Stage(name="pr-42", package="image")


def test_image_without_docker_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StageError, match=r"The stage pr-42 builds a container image.* no docker"):
        check_docker(IMAGE)


def test_zip_file_needs_no_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    check_docker(Stage(name="pr-42"))


def test_program_like_docker_may_build_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    podman = tmp_path / "podman"
    podman.touch(mode=0o755)
    monkeypatch.setenv("CDK_DOCKER", str(podman))

    check_docker(IMAGE)
