import sys

import pytest

from tests.console.setup_browser import list_commands


@pytest.mark.parametrize(
    ("is_root", "first"), [(True, "apt-get"), (False, "sudo")], ids=["root", "user"]
)
def test_list_commands_takes_debians_package_on_debian(is_root: bool, first: str) -> None:
    commands = list_commands("debian", is_root=is_root)

    assert {command[0] for command in commands} == {first}
    assert commands[-1][-1] == "chromium"


@pytest.mark.parametrize("system", ["ubuntu", "fedora", ""])
def test_list_commands_takes_playwrights_build_elsewhere(system: str) -> None:
    [command] = list_commands(system, is_root=True)

    assert command == [sys.executable, "-m", "playwright", "install", "chromium"]
