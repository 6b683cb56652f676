"""Every block, link and command of the pages is run, or at least compared with the code."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.pages import BLOCKS, CARD, CARD_TEXT, PAGES, Block, find_commands
from tests.test_page_clients import CLIENT_BLOCKS
from tests.test_page_commands import COMMAND_BLOCKS
from tests.test_page_mlops import MLOPS_BLOCKS
from tests.test_page_own_model import OWN_MODEL_BLOCKS
from tests.test_page_requests import CURL_BLOCKS
from tests.test_page_smoke import SMOKE_BLOCKS
from tests.test_page_snippets import SNIPPETS
from tests.windvane.cli.command_lookup import find_command

NOT_RUN = {
    ("CONTRIBUTING.md", "make check"): "runs these tests",
    ("README.md", "make serve"): "installs packages and serves; tests/windvane/cli/serve serves",
    ("README.md", "make synth"): "needs an AWS account; tests/infra/test_synth.py synthesizes",
    (
        "docs/bulk.md",
        ".venv/bin/windvane jobs start s3:",
    ): "needs an AWS account; tests/windvane/cli/jobs/test_stage_jobs.py starts one",
    (
        "docs/cloud.md",
        "output() {",
    ): "needs an AWS account; tests/infra/test_copy_results.py copies",
    (
        "docs/cloud.md",
        "aws s3api put-bucket-notification-configuration",
    ): "needs an AWS account; the rehearsal sends the same call",
    ("docs/ci-cd.md", "gh api"): "needs a repository on GitHub",
    ("docs/ci-cd.md", "make deploy-roles"): "needs an AWS account; test_deploy_roles synthesizes",
    ("docs/container.md", "make image\n"): "needs Docker; tests/container runs the image",
    (
        "docs/container.md",
        "docker run --rm windvane classify",
    ): "needs Docker; tests/container runs the image",
    ("docs/container.md", "make image BASE"): "needs Docker; tests/container runs the image",
    ("docs/container.md", "docker compose up"): "needs Docker; tests/container runs the image",
    ("docs/container.md", "docker compose -f"): "needs Docker; tests/container runs the image",
    ("docs/container.md", "kubectl"): "needs a cluster; tests/container/test_kubernetes.py checks",
    ("docs/contract.md", "WINDVANE_RESULT_LOG_URI="): "is tests/contract/test_schemathesis.py",
    ("docs/deploy.md", "aws apigateway"): "needs an AWS account; tests/test_runbook.py checks it",
    ("docs/deploy.md", "make synth"): "needs an AWS account; tests/infra/test_synth.py synthesizes",
    ("docs/own-model.md", ".venv/bin/windvane bias"): "takes long; tests/windvane/cli/bias runs it",
    ("docs/python.md", "pip install"): "downloads torch",
    ("docs/rehearsal.md", "make rehearse"): "takes minutes; the CI job rehearse runs it",
    ("docs/sam.md", "make sam"): "needs Docker",
    ("docs/server.md", "sudo python3"): "needs systemd; tests/test_server_page.py checks the unit",
    (
        "docs/shadow.md",
        "windvane releases compare",
    ): "needs an AWS account; the rehearsal and tests/windvane/cli/releases run it",
}
"""Reasons not to run a block, by page and the start of the block."""
RUNNERS = [
    CLIENT_BLOCKS,
    COMMAND_BLOCKS,
    CURL_BLOCKS,
    MLOPS_BLOCKS,
    OWN_MODEL_BLOCKS,
    SMOKE_BLOCKS,
    SNIPPETS,
]
CHECKED_ELSEWHERE = {"docs/runbook.md"}  # by tests/test_runbook.py
RUNNABLE = [
    block
    for block in BLOCKS
    if block.language in {"bash", "python"} and block.page not in CHECKED_ELSEWHERE
]
LINKS = [
    (page, link)
    for page, text in [*PAGES.items(), (CARD, CARD_TEXT)]
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)
]
MAKE_TARGETS = sorted({arguments.split()[0] for _, arguments in find_commands("make")})
WINDVANE_COMMANDS = sorted(set(find_commands("windvane")))
PYTHON_MODULES = sorted(
    set(re.findall(r"python -m ([\w.]+)", "\n".join(block.code for block in BLOCKS)))
)


def test_pages_have_blocks_links_and_commands() -> None:
    assert len(PAGES) > 15
    assert len(RUNNABLE) > 20
    assert len(LINKS) > 40
    assert len(MAKE_TARGETS) > 10
    assert len(WINDVANE_COMMANDS) > 20
    assert PYTHON_MODULES


@pytest.mark.parametrize("block", RUNNABLE, ids=lambda block: f"{block.page}: {block.first_line}")
def test_block_is_run_or_says_why_not(block: Block) -> None:
    claims = sum(block in runner for runner in RUNNERS)

    assert claims + len(_find_reasons(block)) == 1


@pytest.mark.parametrize("entry", NOT_RUN, ids=": ".join)
def test_reason_not_to_run_is_that_of_one_block(entry: tuple[str, str]) -> None:
    page, start = entry

    matches = [block for block in RUNNABLE if block.page == page and block.code.startswith(start)]

    assert len(matches) == 1


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_link_leads_to_a_file_and_a_heading(page: str, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (REPOSITORY / page).parent / path if path else REPOSITORY / page

    assert target.exists()
    if anchor:
        assert anchor in _read_anchors(target)


@pytest.mark.parametrize("target", MAKE_TARGETS)
def test_make_target_exists(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize(("page", "arguments"), WINDVANE_COMMANDS)
def test_windvane_command_exists_with_its_options(page: str, arguments: str) -> None:
    words = arguments.replace("\\", " ").split()

    command = find_command(words)

    assert command, page
    known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert used <= {*known, "--help"}


@pytest.mark.parametrize("module", PYTHON_MODULES)
def test_python_module_exists(module: str) -> None:
    assert importlib.util.find_spec(module)


def _find_reasons(block: Block) -> list[str]:
    return [
        reason
        for (page, start), reason in NOT_RUN.items()
        if block.page == page and block.code.startswith(start)
    ]


def _read_anchors(page: Path) -> set[str]:
    """Make the anchors of a page's headings, as GitHub does."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}
