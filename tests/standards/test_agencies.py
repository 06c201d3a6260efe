"""Agency names as departments write them."""

import pytest

from mingjian.standards import AgencyNames

NAMES = AgencyNames(
    [
        {"agency_id": "A1", "name": "北京市朝阳区市场监督管理局", "short_name": "朝阳市监局"},
        {"agency_id": "A2", "name": "北京市海淀区市场监督管理局", "short_name": "海淀市监局"},
        {"agency_id": "A3", "name": "北京市市场监督管理局", "short_name": None},
        {"agency_id": "A4", "name": "北京市朝阳区城市管理综合行政执法局"},
        {"agency_id": "A5", "name": "北京市朝阳区人民政府建外街道办事处"},
        {"agency_id": "A6", "name": "北京市朝阳区生态环境局（环境监察支队）"},
        {"agency_id": "A7", "name": "北京市海淀区住房和城乡建设委员会"},
    ]
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("北京市朝阳区市场监督管理局", "A1"),
        (" 北京市 朝阳区 市场监督管理局 ", "A1"),
        ("朝阳市监局", "A1"),
        ("朝阳区市场监管局", "A1"),
        ("朝阳区市场监督管理局（分局）", "A1"),
        ("海淀市场监管局", "A2"),
        ("北京市市场监管局", "A3"),
        ("市市场监督管理局", "A3"),
        ("朝阳区城管执法局", "A4"),
        ("建外街道", "A5"),
        ("朝阳区建外街道办事处", "A5"),
        ("朝阳区生态环境局", "A6"),
        ("北京市朝阳区生态环境局(环境监察支队)", "A6"),
        ("海淀区住建委", "A7"),
        ("Ａ４", "A4"),
    ],
)
def test_one_agency_under_many_names(written: str, code: str) -> None:
    assert NAMES.code_of(written) == code


def test_a_name_that_fits_several_is_refused_with_the_candidates() -> None:
    twice = AgencyNames(
        [
            {"agency_id": "B1", "name": "北京市朝阳区和平街道办事处"},
            {"agency_id": "B2", "name": "北京市海淀区和平街道办事处"},
        ]
    )
    with pytest.raises(ValueError, match=r"不明确，可能是：.*（B1）、.*（B2）"):
        twice.code_of("和平街道")


def test_a_department_without_its_district_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="不是已登记的执法主体；相近的有：北京市"):
        NAMES.code_of("市场监督管理局")
    with pytest.raises(ValueError, match=r"不是已登记的执法主体$"):
        NAMES.code_of("税务局")
