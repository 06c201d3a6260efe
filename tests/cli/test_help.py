"""Every command explains itself in Chinese, with an example."""

import re
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from mingjian.cli.main import app

ROOT: Any = typer.main.get_command(app)


def every_command(command: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    children = getattr(command, "commands", {})
    leaves = [leaf for name in children for leaf in every_command(children[name], (*path, name))]
    return leaves or [path]


def test_the_verbs_are_found() -> None:
    assert len(every_command(ROOT)) >= 20


@pytest.mark.parametrize("path", every_command(ROOT), ids=" ".join)
def test_command_has_chinese_help_and_an_example(path: tuple[str, ...]) -> None:
    command = ROOT
    for name in path:
        command = command.commands[name]
    said = command.help or ""
    assert re.search(r"[\u4e00-\u9fff]", said), "没有中文说明"
    assert "例：mingjian " + " ".join(path) in said, "没有例子"


def test_unknown_source_is_answered_with_what_to_do() -> None:
    result = CliRunner().invoke(app, ["intake", "take", "没有这个", __file__])
    assert result.exit_code == 2
    assert "adding-a-source" in re.sub(r"[\s│╭╮╰╯─]", "", result.output)
