"""Geometry of the time line and the box plot."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mingjian.monitor import PeerStanding
from mingjian.supervision.boxplot import box_plot
from mingjian.supervision.timeline import WIDTH, Limit, Milestone, draw

START = date(2025, 1, 2)
AS_OF = date(2025, 11, 3)


def limit(end: int, met: int | None, *, is_waiting: bool = False) -> Limit:
    day = START + timedelta(days=met) if met is not None else None
    return Limit("期限", START, START + timedelta(days=end), day, "某法第一条", is_waiting)


def verdict(end: int, met: int | None, as_of: date = AS_OF, *, is_waiting: bool = False) -> str:
    drawing = draw([], [limit(end, met, is_waiting=is_waiting)], as_of)
    assert drawing is not None
    return drawing.spans[0].verdict


def test_nothing_with_a_date_is_not_drawn() -> None:
    assert draw([], [], AS_OF) is None


def test_a_limit_in_words() -> None:
    assert verdict(90, 90) == "2025-04-02 完成，未超期"
    assert verdict(90, 91) == "2025-04-03 完成，超 1 日"
    assert verdict(90, None) == "至 2025-11-03 未完成，已超 215 日"
    assert verdict(90, None, START + timedelta(days=90)) == "今日届满，未完成"
    assert verdict(90, None, START + timedelta(days=88)) == "还剩 2 日"


def test_a_waiting_period_is_broken_by_acting_too_soon_not_too_late() -> None:
    assert verdict(7, 7, is_waiting=True) == "2025-01-09 作出，期限未满"
    assert verdict(7, 8, is_waiting=True) == "2025-01-10 作出，期限已满"
    assert verdict(7, None, is_waiting=True) == "尚未作出"
    early = draw([], [limit(7, 3, is_waiting=True)], AS_OF)
    assert early is not None
    assert early.spans[0].is_broken


def test_the_part_beyond_the_limit_runs_from_its_end_to_what_was_done() -> None:
    drawing = draw([], [limit(90, 120)], AS_OF)
    assert drawing is not None
    span = drawing.spans[0]
    assert span.over_x == span.x + span.width == span.end_x
    assert span.over_x + span.over_width == span.met_x


def test_today_is_drawn_only_while_a_limit_runs() -> None:
    done, open_ = draw([], [limit(90, 80)], AS_OF), draw([], [limit(90, None)], AS_OF)
    assert done is not None
    assert done.today_x is None
    assert open_ is not None
    assert open_.today_x is not None


def test_a_long_gap_is_shortened_and_marked() -> None:
    days = [START, START + timedelta(days=10), START + timedelta(days=3000)]
    drawing = draw([Milestone("事", day) for day in days], [], AS_OF)
    assert drawing is not None
    assert len(drawing.breaks) == 1
    first, second, third = (mark.x for mark in drawing.marks)
    assert second - first > (third - first) / 20


@given(
    st.lists(
        st.tuples(st.integers(0, 4000), st.sampled_from(["立案", "听证", "法制审核完成", "决定"])),
        min_size=1,
        max_size=12,
    )
)
def test_marks_stay_in_order_inside_and_apart(milestones: list[tuple[int, str]]) -> None:
    drawing = draw(
        [Milestone(title, START + timedelta(days=day)) for day, title in milestones], [], AS_OF
    )
    assert drawing is not None
    assert len(drawing.marks) == len(milestones)
    xs = [mark.x for mark in drawing.marks]
    assert xs == sorted(xs)
    assert all(0 <= x <= WIDTH for x in xs)
    rows: dict[float, list[tuple[float, float]]] = {}
    for mark in drawing.marks:
        half = max(len(mark.title), 5.5) * 13 / 2
        rows.setdefault(mark.label_y, []).append((mark.label_x - half, mark.label_x + half))
    for spans in rows.values():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
        assert spans[0][0] >= 0
        assert spans[-1][1] <= WIDTH


def peers(value: float, cuts: tuple[float, float, float], size: int = 61) -> PeerStanding:
    return PeerStanding("同类案件的罚款", {}, value, size, cuts[1], cuts[0], cuts[2], 3)


def test_the_box_plot_says_in_words_what_it_draws() -> None:
    plot = box_plot(peers(9000, (500, 1000, 2000)), "fine_yuan", "penalty_case")
    assert plot is not None
    assert plot.box_x < plot.median_x < plot.box_x + plot.box_width < plot.value_x <= WIDTH
    assert plot.sentence == (
        "同类案件的罚款：同组 61 件，本件由高到低第 3 位；"
        "一半在 500 元 至 2,000 元 之间，中位数 1,000 元。"
    )


def test_equal_quartiles_share_one_label() -> None:
    plot = box_plot(peers(622, (1000, 1000, 1000)), "fine_yuan", "penalty_case")
    assert plot is not None
    assert [tick.text for tick in plot.ticks] == ["下四分位、中位数、上四分位 1,000 元"]


def test_three_cases_have_no_quartiles() -> None:
    assert box_plot(peers(5, (1, 2, 3), size=3), "fine_yuan", "penalty_case") is None
