"""What the departments send: the register of agencies, inspections, penalties."""

from pathlib import Path

from worker import work

from .conftest import Story

AGENCIES = """\
主体代码,主体名称,简称,层级,主体类型,执法领域,行政区划代码,上级主管部门代码,是否垂直管理,同组比较的组,状态
110000-SCJG,示例市市场监督管理局,市市场监管局,市级,行政机关,市场监管,110000,,否,市级部门,正常
110105-SCJG,示例市朝阳区市场监督管理局,朝阳区市场监管局,区级,行政机关,市场监管,110105,110000-SCJG,否,区级部门,正常
110105-CG,示例市朝阳区城市管理委员会,朝阳区城管委,区级,行政机关,城市管理,110105,,否,区级部门,正常
110105-JT,示例街道办事处,示例街道,街乡级,行政机关,城市管理,110105,,否,街乡,正常
110101-SCJG,示例市东城区市场监督管理局,东城区市场监管局,区级,行政机关,市场监管,110101,110000-SCJG,否,区级部门,正常
"""
HEADING = (
    "检查编号,检查单位代码,被检查单位,检查方式,扫码时间,开始时间,结束时间,"
    "检查结果,发现问题数,是否严重问题,问题描述,责令改正日期,结果告知日期\n"
)
PROBLEMS = (
    ("JC-1", "示例餐饮一店", "2025-11-24", "后厨没有落实食品留样"),
    ("JC-2", "示例餐饮二店", "2025-11-25", "进货查验记录缺失"),
    ("JC-3", "示例超市", "2025-11-26", "超过保质期的食品没有下架"),
)
PENALTIES = """\
案件标识,CF_CFJGDM,案号,执法领域,适用程序,案件来源,来源记录标识,CF_XDR_MC,CF_XDR_LB,立案日期
C-1,110105-SCJG,京示例市监罚〔2025〕1号,市场监管,普通程序,监督检查,JC-10,示例商贸公司,法人,2025-12-22
C-2,110105-SCJG,京示例市监罚〔2025〕2号,市场监管,普通程序,监督检查,JC-11,示例便利店,法人,2025-12-23
"""


def inspections(corrected_on: str = "") -> str:
    """Three inspections that found something and a few that did not."""
    lines = [
        f"{number},110105-SCJG,{name},现场检查,{day} 09:50,{day} 10:00,{day} 11:00,不合格,1,否,"
        f"{problem},{corrected_on},{day}\n"
        for number, name, day, problem in PROBLEMS
    ]
    lines += [
        f"JC-{number},110105-SCJG,示例商户{number},现场检查,2025-12-{number} 13:50,"
        f"2025-12-{number} 14:00,2025-12-{number} 15:00,合格,0,否,,,2025-12-{number}\n"
        for number in range(10, 16)
    ]
    return HEADING + "".join(lines)


def departments_send(story: Story) -> None:
    """The data administrator hands in what the departments gave."""
    _hand_in(story, "司法局·执法主体", "zfzt_202601.csv", AGENCIES)
    _hand_in(story, "检查平台·行政检查", "jc_202601.csv", inspections())
    _hand_in(story, "各部门·行政处罚", "bm_cf_202601.csv", PENALTIES)


def the_inspections_are_put_right(story: Story) -> None:
    """The same inspections again, now with the orders to put the problems right."""
    story.day("2026-05-06")
    _hand_in(story, "检查平台·行政检查", "jc_202605.csv", inspections("2026-04-28"))


def _hand_in(story: Story, source: str, name: str, text: str) -> None:
    file = story.folder / name
    Path(file).write_text(text, encoding="utf-8")
    clerk = story.of("data_admin")
    clerk.go("/uploads/")
    page = clerk.page
    options = page.get_by_label("数据源").locator("option").all_inner_texts()
    (label,) = [option for option in options if option.startswith(source)]
    page.get_by_label("数据源").select_option(label=label)
    page.locator("input[type=file]").set_input_files(file)
    clerk.press("上传并处理")
    work()
    clerk.go(page.url.removeprefix(story.address))
    clerk.reads("行全部入库")
    clerk.picture(f"01-上传-{name.partition('_')[0]}")
