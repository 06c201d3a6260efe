"""The strict reader of content files: what is wrong is named by file, line and field."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Shape = TypeVar("Shape", bound="ContentFile")
Location = tuple[str | int, ...]
# The parser in C, where PyYAML was built with it, reads the monitors three times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """One fault in one content file; `line` counts from 1, `field` is a dotted path."""

    path: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.field}：{self.message}"


class ContentError(ValueError):
    """A content file that cannot be used, with every fault found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ContentFile(BaseModel):
    """Base of every shape a content file may have: unknown keys are errors, values are typed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Document:
    """A YAML file as plain data, remembering on which line each value stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = display_path(path)
        self._lines: dict[Location, int] = {}
        try:
            text = path.read_text(encoding="utf-8")
            node = yaml.compose(text, Loader=_LOADER)
        except UnicodeDecodeError as error:
            raise self.error((), f"不是 UTF-8 文本（第 {error.start} 字节）") from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 1
            problem = Problem(self.name, line, "", f"YAML 写法有误：{error.problem}")
            raise ContentError([problem]) from error
        self.data: Any = self._plain(node, ()) if node is not None else {}

    def line(self, location: Location) -> int:
        """Line of the value at `location`, or of its nearest enclosing value."""
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location, 1)

    def problem(self, location: Location, message: str) -> Problem:
        field = ".".join(str(part) for part in location)
        return Problem(self.name, self.line(location), field, message)

    def error(self, location: Location, message: str) -> ContentError:
        return ContentError([self.problem(location, message)])

    def _plain(self, node: yaml.Node, location: Location) -> Any:
        self._lines[location] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            result: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = self._scalar(key_node)
                here = (*location, key)
                if key in result:
                    self._lines[here] = key_node.start_mark.line + 1
                    raise self.error(here, "同一个键写了两次")
                result[key] = self._plain(value_node, here)
                self._lines[here] = key_node.start_mark.line + 1
            return result
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*location, i)) for i, child in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        # YAML 1.1 would make booleans of on, off, yes and no; here they are words.
        if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() not in ("true", "false"):
            return node.value
        if node.tag == "tag:yaml.org,2002:str":
            return node.value
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(node, deep=True)
        except ValueError as error:
            line = node.start_mark.line + 1
            problem = Problem(self.name, line, "", f"“{node.value}”不是合法的值：{error}")
            raise ContentError([problem]) from error
        finally:
            loader.dispose()


def home() -> Path:
    """The deployment's folder of data (store, office database, inbox), from `MINGJIAN_HOME`.

    Without it: `var/` in the checkout, or in the working directory of an installed package.
    """
    named = os.environ.get("MINGJIAN_HOME")
    if named:
        return Path(named).resolve()
    checkout = Path(__file__).resolve().parents[3]
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "var"


def content_root() -> Path:
    """The folder of content files: inside the installed package, or beside `src/` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "content"
    return installed if installed.is_dir() else package.parents[1] / "content"


def content_files(kind: str, pattern: str = "**/*.yaml") -> Iterator[Path]:
    """Files of one kind ("monitors", "standards/tables" …), a deployment's own laid over ours.

    `own_content` is a folder of the same layout; a file at the same place replaces ours.
    """
    found: dict[str, Path] = {}
    for root in content_layers():
        folder = root / kind
        found |= {str(path.relative_to(folder)): path for path in folder.glob(pattern)}
    for relative in sorted(found):
        yield found[relative]


def content_document(kind: str, name: str) -> Document:
    """The one file of this name, with its lines; ContentError when it is missing."""
    paths = list(content_files(kind, name))
    if not paths:
        raise ContentError([Problem(f"content/{kind}/{name}", 1, "", "缺少这个文件")])
    return Document(paths[0])


def read_folder(
    kind: str, shape: type[Shape], pattern: str = "*.yaml"
) -> tuple[list[tuple[Document, Shape]], list[Problem]]:
    """Every file of one kind that fits `shape`, with its document for line numbers; and every
    fault of those that do not."""
    fitting: list[tuple[Document, Shape]] = []
    problems: list[Problem] = []
    for path in content_files(kind, pattern):
        try:
            document = Document(path)
            fitting.append((document, shape_document(document, shape)))
        except ContentError as error:
            problems += error.problems
    return fitting, problems


def misnamed(document: Document, code: str) -> list[Problem]:
    """A file is named as the code in it."""
    stem = document.path.stem
    return [] if stem == code else [document.problem(("code",), f"应与文件名“{stem}”相同")]


def content_layers() -> list[Path]:
    """Content folders from the lowest to the one that wins."""
    own = own_content()
    return [content_root(), *([own] if own.is_dir() else [])]


def own_content() -> Path:
    """The deployment's own folder of content, from `MINGJIAN_CONTENT`; it need not exist yet.

    Without it: `content/` among its data.
    """
    named = os.environ.get("MINGJIAN_CONTENT")
    return Path(named) if named else home() / "content"


def display_path(path: Path) -> str:
    """`content/…` for content files, so that an error names the file as people know it."""
    for root in content_layers():
        if path.is_relative_to(root):
            return str(Path("content") / path.relative_to(root))
    return str(path)


def load_file(path: Path, shape: type[Shape]) -> Shape:
    """Read one file into `shape`, or raise ContentError naming every fault by line and field."""
    return shape_document(Document(path), shape)


def shape_document(document: Document, shape: type[Shape]) -> Shape:
    """As load_file, when the caller also needs the document for line numbers."""
    try:
        return shape.model_validate(document.data)
    except ValidationError as error:
        problems = [
            document.problem(tuple(item["loc"]), _in_chinese(item)) for item in error.errors()
        ]
        raise ContentError(problems) from error


_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的键，请检查拼写",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "date_type": "应为日期（如 2025-03-01）",
    "list_type": "应为列表",
    "dict_type": "应为键值表",
    "model_type": "应为键值表",
    "decimal_type": "应为数字",
    "float_type": "应为数字",
    "less_than_equal": "大于允许的最大值",
    "greater_than_equal": "小于允许的最小值",
    "string_pattern_mismatch": "写法不合规定",
    "too_short": "不能为空",
}


def _in_chinese(item: Any) -> str:
    kind, value = item["type"], item.get("input")
    if kind in ("literal_error", "enum"):
        return f"“{value}”不在可选值之内（{item['ctx']['expected']}）"
    if kind == "value_error":
        return str(item["ctx"]["error"])
    known = _MESSAGES.get(kind)
    shown = "" if isinstance(value, dict | list) or kind == "missing" else f"，现为“{value}”"
    return f"{known or item['msg']}{shown}"


Scalar = str | int | float | bool | date | None
