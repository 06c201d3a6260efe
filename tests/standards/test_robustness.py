"""Whatever a cell holds, a parser answers or refuses with its rule; nothing else may happen."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.standards import (
    AgencyNames,
    check_credit_code,
    check_identity_no,
    expand_document_no,
    parse_amount,
    parse_amount_range,
    parse_boolean,
    parse_date,
    parse_region_code,
    parse_timestamp,
)

CELLS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,-/:年月日时分秒 TZ+RHS元二〇十", max_size=20),
    st.text("0123456789.,-~至以上下不满超过处罚款元万亿百千零一二三倍%（）()¥", max_size=24),
    st.text("京市监罚〔〕[]【】（）第号、-至0123456789年", max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
)
NAMES = AgencyNames([{"agency_id": "A1", "name": "北京市朝阳区市场监督管理局"}])


@pytest.mark.parametrize(
    "parse",
    [
        NAMES.code_of,
        check_credit_code,
        check_identity_no,
        expand_document_no,
        parse_amount,
        parse_amount_range,
        parse_boolean,
        parse_date,
        parse_region_code,
        parse_timestamp,
    ],
    ids=lambda parse: parse.__name__,
)
@given(cell=CELLS)
def test_an_answer_or_a_rule(parse: Callable[[object], object], cell: object) -> None:
    with suppress(ValueError):
        assert parse(cell) is not None
