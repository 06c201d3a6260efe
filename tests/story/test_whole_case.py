"""One case from the records to the look back, played through the pages by the people it takes."""

import pytest

from . import after, loop, papers, records
from .conftest import Story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_whole_case(story: Story) -> None:
    records.departments_send(story)
    alerts = loop.alerts_are_raised_and_assigned(story)
    loop.the_agency_is_late(story, alerts)
    matter = loop.it_becomes_a_matter(story)
    opinion = papers.the_opinion_is_served(story, matter)
    papers.nothing_is_put_right(story, matter)
    decision = papers.the_government_decides(story, matter)
    records.the_inspections_are_put_right(story)
    papers.it_is_put_right_and_closed(story, matter, alerts)
    papers.the_paper_is_genuine(story, opinion)
    assessment = after.the_year_is_assessed(story, matter)
    need = after.people_are_trained(story)
    after.it_is_looked_back_at(story, matter)
    after.the_auditor_sees_every_step(story)
    paths = [*alerts, matter, opinion, f"{decision}paper.pdf", f"{assessment}110105-SCJG/", need]
    after.others_reach_none_of_it(story, paths)
