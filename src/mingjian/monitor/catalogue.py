"""Pages made from monitor files: one monitor, the whole catalogue, the skeleton of a new one."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Literal

from mingjian.monitor.file import LEVEL_TITLES, STATUS_TITLES, Example
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.reading import load_library
from mingjian.monitor.relations import relations
from mingjian.monitor.wording import in_words
from mingjian.monitor.words import logic_in_words


def catalogue_markdown(library: Library) -> str:
    """The catalogue of all monitors, by code: one table, then one section each."""
    monitors = sorted(library.monitors.values(), key=lambda monitor: monitor.code)
    views = len(library.written_views)
    lines = ["# 监测模型目录", "", f"共 {len(monitors)} 个模型、{views} 个视图。", ""]
    lines += ["| 编号 | 名称 | 等级 | 状态 | 对象 |", "|---|---|---|---|---|"]
    for monitor in monitors:
        cells = [monitor.code, monitor.name, LEVEL_TITLES[monitor.level]]
        cells += [STATUS_TITLES[monitor.status], relations()[monitor.unit].title]
        lines.append(f"| {' | '.join(cells)} |")
    sections = [monitor_markdown(monitor, library, heading="##") for monitor in monitors]
    return "\n".join(lines) + "\n\n" + "\n".join(sections)


def monitor_markdown(
    monitor: Monitor, library: Library | None = None, *, heading: str = "#"
) -> str:
    """A monitor's file as a readable page: law, logic in words, evidence, gaps, examples."""
    library = library or load_library()
    file = monitor.file
    lines = [f"{heading} {monitor.code} {monitor.name}", ""]
    lines += [
        f"- 标识：`{monitor.id}`；等级：{LEVEL_TITLES[monitor.level]}；"
        f"状态：{STATUS_TITLES[monitor.status]}；对象：{relations()[monitor.unit].title}"
    ]
    if file.alias:
        lines.append(f"- 又名：{'、'.join(file.alias)}")
    lines += ["", file.purpose.strip()]
    lines += _section("依据", _laws(monitor))
    lines += _section("口径", (f"- {line}" for line in file.interpretation))
    lines += _section("判断", _logic(monitor, library))
    lines += _section("参数", _parameters(monitor))
    lines += _section("数据要求", _requires(monitor))
    lines += _section(
        "证据", [f"- {'、'.join(file.evidence.values())}", f"- 说明文字：{file.message.strip()}"]
    )
    lines += _section("核查要点", (f"- {line}" for line in file.verify))
    lines += _section("已知盲区", (f"- {line}" for line in file.known_gaps))
    lines += _section("样例", (_example(example) for example in monitor.examples))
    return "\n".join(lines) + "\n"


def monitor_skeleton(identifier: str, kind: Literal["view", "sql"] = "view") -> str:
    """The text of a new monitor file; what must be thought about is marked 待填."""
    return _SKELETON.format(identifier=identifier.replace("/", "."), logic=_LOGIC[kind])


def _section(title: str, lines: Iterable[str]) -> list[str]:
    body = list(lines)
    return ["", f"**{title}**", "", *body] if body else []


def _laws(monitor: Monitor) -> Iterator[str]:
    for basis in monitor.file.legal_basis:
        quoted = f"“{basis.text.strip()}”" if basis.text else f"（{basis.note}）"
        yield f"- 《{basis.law}》{basis.article}（{basis.in_force} 起施行）：{quoted}"


def _logic(monitor: Monitor, library: Library) -> Iterator[str]:
    steps = logic_in_words(monitor, library)
    if monitor.file.view is not None:
        view = library.views[monitor.file.view].file
        yield f"在“{view.title}”中，同时满足下列各项的一行为一项发现："
        yield ""
        yield from (f"- {step}" for step in steps)
        return
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))


def _parameters(monitor: Monitor) -> Iterator[str]:
    for entry in monitor.parameters.values():
        yield f"- {entry.meaning}：{in_words('', entry.value)}（{entry.basis}）"


def _requires(monitor: Monitor) -> Iterator[str]:
    for table, fields in monitor.file.requires.items():
        relation = relations()[table]
        said = (
            f"{relation.columns[name].title}{'' if share == 'any' else f' ≥ {float(share):.0%}'}"
            for name, share in fields.items()
        )
        yield f"- {relation.title}：{'、'.join(said)}"


def _example(example: Example) -> str:
    found = "、".join(_found(row) for row in example.finds) or "不命中"
    return f"- {example.name}（判断日 {_plain(example.as_of)}）：{found}"


def _found(row: dict[str, Any]) -> str:
    values = [f"{name}={_plain(value)}" for name, value in row.items() if name != "unit_id"]
    return f"命中 {row['unit_id']}" + (f"（{'，'.join(values)}）" if values else "")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


_LOGIC = {
    "view": """view: penalty_case_view
when: |
  decided_on IS NULL            -- 待填：一行一个条件，每个条件都要有样例需要它
  AND filed_on >= :in_force
""",
    "sql": """sql: |
  WITH pending AS (             -- 待填：用中文说明这一步
    SELECT c.case_id, c.agency_id, c.case_no, c.filed_on
    FROM penalty_case c
    WHERE c.decided_on IS NULL
      AND c.filed_on >= :in_force
  )
  SELECT p.case_id AS unit_id, p.agency_id, p.case_no, p.filed_on
  FROM pending p
""",
}

_SKELETON = """# 监测模型说明书。写法见 docs/writing-a-monitor.md
# 试跑：mingjian monitor test {identifier}
code: XX-00                   # 待填：编号，不得重复、不得再用
name: 待填
status: draft                 # draft 起草 | shadow 试运行 | production 正式 | retired 停用
level: yellow                 # red 红 | orange 橙 | yellow 黄 | blue 蓝
purpose: 待填
legal_basis:
  - law: 中华人民共和国行政处罚法
    article: 第六十条
    in_force: 2021-07-15
    text: 行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。
interpretation:               # 口径：法条没有写明、由本模型选定的算法
  - 待填

unit: penalty_case            # 一项发现对应的对象（标准表）
{logic}parameters:
  in_force: {{value: 2021-07-15, meaning: 施行日，此前的不适用, basis: 行政处罚法第八十六条}}
requires:                     # 填报率不足时停跑并说明，而不是少报
  penalty_case: {{filed_on: 0.95, decided_on: any}}
evidence:
  case_no: 案号
  filed_on: 立案日期
message: 案件{{case_no}}于{{filed_on}}立案，待填。
verify:
  - 待填：到案卷里看什么
  - 待填：向谁核实什么
known_gaps:
  - 待填：看不到什么

defaults: {{agency_id: A1, procedure: ordinary}}
examples:
  - name: 待填：应当命中
    as_of: 2025-06-30
    given: {{penalty_case: [{{case_id: "1", filed_on: 2025-01-02}}]}}
    finds: [{{unit_id: "1"}}]
  - name: 待填：已决定的不命中
    as_of: 2025-06-30
    given: {{penalty_case: [{{case_id: "1", filed_on: 2025-01-02, decided_on: 2025-02-01}}]}}
    finds: []
"""
