"""Verbs over content files: check them, and make the pages and templates that come from them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mingjian.access.policy import check_access
from mingjian.appraisal import check_appraisal
from mingjian.cli import generated
from mingjian.demo import check_city
from mingjian.documents import check_documents
from mingjian.indicators import check_indicators
from mingjian.intake import check_sources
from mingjian.law import check_laws
from mingjian.monitor import check_library
from mingjian.process import check_procedures
from mingjian.standards import check_standards, excel_template, load_standard
from mingjian.supervision import check_flows

console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    app.command(help=CHECK_HELP)(check)
    app.command(help=DOCS_HELP)(docs)
    app.command(help=TEMPLATE_HELP)(template)


CHECK_HELP = """检查 content/ 下的全部文件：数据标准、法条、数据源、模型、指标、办案流程、流转。

错误逐条列出文件、行、字段；有错误时退出码为 1。

例：mingjian check
"""

DOCS_HELP = """生成 docs/ 的 tables.md（数据标准）、monitors.md（模型）、flows.md（流转）。

例：mingjian docs            重新生成
例：mingjian docs --check    只核对是否最新
"""

TEMPLATE_HELP = """生成一张标准表的 Excel 填报模板（下拉、说明、示例）。

例：mingjian template penalty_case 行政处罚案件.xlsx
"""


def check() -> None:
    parts = {
        "数据标准": check_standards,
        "法律依据": check_laws,
        "数据源": check_sources,
        "监测模型": check_library,
        "指标": check_indicators,
        "办案流程": check_procedures,
        "组织与权限": check_access,
        "流程": check_flows,
        "公文": check_documents,
        "考核与培训": check_appraisal,
        "模拟城市": check_city,
    }
    count = 0
    for title, run in parts.items():
        problems = run()
        count += len(problems)
        console.print(f"{title}：{'通过' if not problems else f'{len(problems)} 处问题'}")
        for problem in problems:
            console.print(f"  {problem}", markup=False, soft_wrap=True)
    raise typer.Exit(1 if count else 0)


def docs(
    only_check: Annotated[bool, typer.Option("--check", help="只核对，不写文件")] = False,
    folder: Annotated[Path, typer.Option(help="文档目录")] = Path("docs"),
) -> None:
    stale = []
    for name, text in generated.pages().items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path))
        if not only_check:
            path.write_text(text, encoding="utf-8")
    verb = "不是最新（请运行 mingjian docs）" if only_check else "已生成"
    for path_name in stale:
        console.print(f"{path_name} {verb}", markup=False)
    if not stale:
        console.print("文档页都是最新的")
    raise typer.Exit(1 if only_check and stale else 0)


def template(
    table: Annotated[str, typer.Argument(help="标准表名，如 penalty_case")],
    file: Annotated[Path, typer.Argument(help="写到哪个 .xlsx 文件")],
) -> None:
    tables = load_standard().tables
    if table not in tables:
        listed = "、".join(f"{name}（{item.title}）" for name, item in sorted(tables.items()))
        raise typer.BadParameter(f"没有“{table}”这张表。可选：{listed}")
    file.write_bytes(excel_template(tables[table]))
    console.print(f"已写出 {file}", markup=False)
