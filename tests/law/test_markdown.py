"""Reading a statute from its plain Markdown form."""

from pathlib import Path

import pytest

from mingjian.law import import_markdown

TEXT = """# 样例条例

2020年1月1日 通过

<!-- INFO END -->

## 第一章 总 则

第一条 为了样例，制定本条例。

第二条　下列情形：

（一）甲；

（二）乙。

第二条之一 第一条、第二条的规定不适用于丙。

## 附 则

第三条 本条例自公布之日起施行。
"""


def test_articles_history_and_title(tmp_path: Path) -> None:
    path = tmp_path / "law.md"
    path.write_text(TEXT, encoding="utf-8")
    assert import_markdown(path) == {
        "law": "样例条例",
        "history": ["2020年1月1日 通过"],
        "articles": {
            "第一条": "为了样例，制定本条例。",
            "第二条": "下列情形：\n（一）甲；\n（二）乙。",
            "第二条之一": "第一条、第二条的规定不适用于丙。",
            "第三条": "本条例自公布之日起施行。",
        },
    }


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("第三条", "第四条", "第 3 条的位置上是第四条"),
        ("第三条", "第一条", "第一条出现两次"),
        ("第一条 为了", "为了", "不在任何一条之内"),
    ],
)
def test_a_text_with_a_gap_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    path = tmp_path / "law.md"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        import_markdown(path)
