"""Every command explains itself in Chinese, with an example."""

import re

import click
import pytest
import typer
from typer.testing import CliRunner

from mingjian.cli.main import app

ROOT = typer.main.get_command(app)


def every_command(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(command, click.Group):
        return [
            leaf
            for name, child in command.commands.items()
            for leaf in every_command(child, (*path, name))
        ]
    return [path]


@pytest.mark.parametrize("path", every_command(ROOT), ids=" ".join)
def test_command_has_chinese_help_and_an_example(path: tuple[str, ...]) -> None:
    command: click.Command = ROOT
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    assert re.search(r"[\u4e00-\u9fff]", command.help or ""), "没有中文说明"
    assert "例：mingjian " + " ".join(path) in (command.help or ""), "没有例子"


def test_unknown_source_is_answered_with_what_to_do() -> None:
    result = CliRunner().invoke(app, ["intake", "take", "没有这个", __file__])
    assert result.exit_code == 2
    assert "adding-a-source" in re.sub(r"[\s│╭╮╰╯─]", "", result.output)
