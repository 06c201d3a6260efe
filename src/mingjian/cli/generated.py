"""Documentation pages that are made from content files, so that they cannot go stale."""

from mingjian import access, appraisal, documents, supervision
from mingjian.monitor import catalogue_markdown, load_library
from mingjian.standards import load_standard, table_markdown

NOTE = "<!-- 由 mingjian docs 生成，请勿手改；改 content/ 下的文件。 -->\n\n"


FLOWS = """# 流转

预警、监督事项、专项、公文、考核、培训各按一张表流转。
表在 `content/flows/`，页面上的按钮也由它生成；表外没有状态。

"""


def _flows() -> str:
    flows = (
        supervision.flow.load_flow(),
        supervision.flow.load_matter_flow(),
        supervision.flow.load_campaign_flow(),
        documents.flow.load_flow(),
        *(appraisal.flow.load_flow(name) for name in appraisal.flow.NAMES),
    )
    return "\n\n".join(access.flow_diagram.flow_markdown(flow) for flow in flows)


def pages() -> dict[str, str]:
    """File name under docs/ to its whole text."""
    standard = load_standard()
    tables = [table_markdown(table) for _, table in sorted(standard.tables.items())]
    contents = "\n".join(
        f"- [{table.title} `{name}`](#{table.title}-{name})：{table.meaning}"
        for name, table in sorted(standard.tables.items())
    )
    return {
        "tables.md": f"{NOTE}# 数据标准\n\n{contents}\n\n" + "\n\n".join(tables) + "\n",
        "flows.md": f"{NOTE}{FLOWS}{_flows()}\n",
        "monitors.md": NOTE + catalogue_markdown(load_library()) + "\n",
    }
