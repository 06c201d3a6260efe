"""Reading content/sources/ and proving each file against the data standard."""

import re
from pathlib import Path

from mingjian.intake.quality_files import check_quality_files
from mingjian.intake.source import Condition, Source, Target, columns_in
from mingjian.standards import (
    ContentError,
    Document,
    Problem,
    Standard,
    Table,
    content_files,
    load_standard,
    parse_amount,
    shape_document,
)

_LOOKUP_TYPES = ("code", "code_list", "boolean", "text")


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """Every source by its code, from `folder` or from content/sources; raises ContentError."""
    sources, problems = _read(folder)
    if problems:
        raise ContentError(problems)
    return sources


def check_sources(folder: Path | None = None) -> list[Problem]:
    """Every fault of every source file and of the quality measures, by file, line and field."""
    return _read(folder)[1] + ([] if folder else check_quality_files())


def load_source(path: Path) -> Source:
    """One source file, checked like the others; raises ContentError."""
    document = Document(path)
    source = shape_document(document, Source)
    problems = _problems(document, source, load_standard())
    if problems:
        raise ContentError(problems)
    return source


def _read(folder: Path | None) -> tuple[dict[str, Source], list[Problem]]:
    standard = load_standard()
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    paths = content_files("sources") if folder is None else sorted(folder.rglob("*.yaml"))
    for path in paths:
        try:
            document = Document(path)
            source = shape_document(document, Source)
        except ContentError as error:
            problems += error.problems
            continue
        problems += _problems(document, source, standard)
        if source.code in sources:
            problems.append(
                document.problem(("code",), f"数据源代码“{source.code}”已被别的文件使用")
            )
        sources[source.code] = source
    return sources, problems


def _problems(document: Document, source: Source, standard: Standard) -> list[Problem]:
    table = standard.tables.get(source.into)
    if table is None:
        return [document.problem(("into",), f"数据标准里没有“{source.into}”这张表")]
    return [
        *_column_problems(document, source),
        *_target_problems(document, source, table, standard),
        *_lookup_problems(document, source, table, standard),
        *_constant_problems(document, source, table, standard),
        *_coverage_problems(document, source, table),
    ]


def _column_problems(document: Document, source: Source) -> list[Problem]:
    problems = [
        document.problem(("ignore", column), "这一列又写了去向又写了不要，只能取一")
        for column in source.ignore
        if column in source.columns or column in source.raw_columns()
    ]
    problems += [
        document.problem(("ignore", column), "请写明为什么不要这一列")
        for column, reason in source.ignore.items()
        if not reason.strip()
    ]
    problems += [
        document.problem(("compose", column), "至少写一列，如 {年份}；不能用另一个拼出来的列")
        for column, template in source.compose.items()
        if not columns_in(template) or set(columns_in(template)) & set(source.compose)
    ]
    if source.collapse:
        made = {*source.collapse.columns, *source.collapse.by}
        problems += [
            document.problem(("columns", column), "合并成一行之后没有这一列（见 collapse.columns）")
            for column in source.columns
            if column not in made
        ]
        problems += _condition_problems(
            document,
            [
                (("collapse", "columns", name, "where"), pick.where)
                for name, pick in source.collapse.columns.items()
            ],
        )
    return problems + _condition_problems(document, [(("only",), source.only)])


def _condition_problems(
    document: Document, wheres: list[tuple[tuple[str, ...], dict[str, Condition]]]
) -> list[Problem]:
    return [
        document.problem((*here, column), "in、not_in 里至少写一个值")
        for here, where in wheres
        for column, condition in where.items()
        if condition.any_of == [] or condition.none_of == []
    ]


def _target_problems(
    document: Document, source: Source, table: Table, standard: Standard
) -> list[Problem]:
    problems = []
    filled: dict[str, str] = {}
    for column, target in source.targets():
        here = ("columns", column)
        field = table.fields.get(target.to)
        if field is None:
            problems.append(document.problem(here, f"{table.name} 没有“{target.to}”这个字段"))
            continue
        if target.to in filled:
            says = f"字段“{target.to}”已由“{filled[target.to]}”列填写"
            problems.append(document.problem(here, says))
        filled[target.to] = column
        problems += [
            document.problem(here, says) for says in _misuses(target, field.type, standard)
        ]
        if target.lookup and target.lookup not in source.lookups:
            problems.append(document.problem(here, f"lookups 里没有“{target.lookup}”"))
    return problems


def _misuses(target: Target, kind: str, standard: Standard) -> list[str]:
    """What is said of a column that does not fit the type of its field."""
    allowed = {
        "format": ("date", "timestamp"),
        "split": ("code_list",),
        "find": ("code_list", "code"),
        "hash": ("text",),
        "lookup": _LOOKUP_TYPES,
    }
    said = [name for name in allowed if getattr(target, name)]
    found = [f"{name} 不能用于 {kind} 字段" for name in said if kind not in allowed[name]]
    if target.pattern and not _has_group(target.pattern):
        found.append("pattern 应是正则表达式，用一对括号括住要取的部分")
    if target.unit != "元":
        if kind != "money":
            found.append(f"unit 不能用于 {kind} 字段")
        else:
            found += _unit_faults(target.unit)
    if target.refer:
        table = standard.tables.get(target.refer.table)
        if table is None:
            found.append(f"refer：没有“{target.refer.table}”这张表")
        else:
            wanted = [*target.refer.match, target.refer.give]
            found += [f"refer：{table.name} 没有“{n}”字段" for n in wanted if n not in table.fields]
    return found


def _has_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups >= 1
    except re.error:
        return False


def _unit_faults(unit: str) -> list[str]:
    try:
        parse_amount("1", unit=unit)
    except ValueError as error:
        return [str(error)]
    return []


def _lookup_problems(
    document: Document, source: Source, table: Table, standard: Standard
) -> list[Problem]:
    problems = []
    used = {target.lookup for _, target in source.targets() if target.lookup}
    for name, entries in source.lookups.items():
        if name not in used:
            problems.append(document.problem(("lookups", name), "没有哪一列用到它"))
        spellings: dict[str, str] = {}
        for code, words in entries.items():
            for word in words:
                if word in spellings:
                    says = f"“{word}”又写在“{spellings[word]}”下，一个写法只能对应一个代码"
                    problems.append(document.problem(("lookups", name, code), says))
                spellings[word] = code
    for _, target in source.targets():
        field = table.fields.get(target.to)
        if field is None or target.lookup not in source.lookups or target.lookup is None:
            continue
        known = _codes_of(field.codes, field.type, standard)
        problems += [
            document.problem(("lookups", target.lookup, code), f"“{code}”不是 {target.to} 的代码")
            for code in source.lookups[target.lookup]
            if known is not None and code not in known
        ]
    return problems


def _codes_of(codes: str | None, kind: str, standard: Standard) -> set[str] | None:
    if kind == "boolean":
        return {"true", "false"}
    return set(standard.codes[codes].codes) if codes else None


def _constant_problems(
    document: Document, source: Source, table: Table, standard: Standard
) -> list[Problem]:
    problems = []
    mapped = {target.to for _, target in source.targets()}
    for name, value in source.constants.items():
        here = ("constants", name)
        field = table.fields.get(name)
        if field is None:
            problems.append(document.problem(here, f"{table.name} 没有“{name}”这个字段"))
        elif name in mapped:
            problems.append(document.problem(here, "这个字段已由一列填写，不能又写常量"))
        elif field.codes and value not in standard.codes[field.codes].codes:
            problems.append(document.problem(here, f"“{value}”不在代码集“{field.codes}”之内"))
    return problems


def _coverage_problems(document: Document, source: Source, table: Table) -> list[Problem]:
    covered = {target.to for _, target in source.targets()} | set(source.constants)
    if source.agency is not None:
        covered.add("agency_id")
    problems = [
        document.problem(("key", i), f"{table.name} 没有“{name}”，或者没有哪一列填写它")
        for i, name in enumerate(source.key)
        if name not in table.fields or name not in covered
    ]
    made = made_key(source, table)
    if source.key and made is None and any(name not in covered for name in table.key):
        problems.append(
            document.problem(("key",), "key 只能补出一个文本主键，本表还缺别的主键字段")
        )
    problems += [
        document.problem(("columns",), f"必填字段“{name}”（{field.title}）没有来处")
        for name, field in table.fields.items()
        if field.required and name not in covered and name != made
    ]
    problems += [
        document.problem(("assertions", "filled", name), f"没有哪一列填写“{name}”")
        for name in source.assertions.filled
        if name not in covered and name != made
    ]
    return problems


def made_key(source: Source, table: Table) -> str | None:
    """The table's key field that the rule `key` makes, where no column fills it."""
    covered = {target.to for _, target in source.targets()} | set(source.constants)
    missing = [name for name in table.key if name not in covered]
    if source.agency is not None:
        missing = [name for name in missing if name != "agency_id"]
    if source.key and len(missing) == 1 and table.fields[missing[0]].type == "text":
        return missing[0]
    return None
