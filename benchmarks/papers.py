"""What issuing papers costs against the bare typesetting of them.

    python benchmarks/papers.py            500 papers
    python benchmarks/papers.py 100

The papers are drafted, reviewed and signed (not timed), then issued one after another as a batch
does it: number, freeze, PDF, history, audit line, each in one transaction. Then the same papers
are only compiled by typst, with one compiler, the same layout and data. Prints milliseconds a
paper of both and their ratio. In a database of its own in a temporary folder.
"""

import argparse
import json
import os
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

DAY = date(2026, 3, 2)
FACTS = {
    "matter": "部分行政处罚案件超期未作出决定",
    "source": "监测发现预警，经立项调查并听取你单位意见。",
    "findings": [f"示例案件{n}立案后超过九十日未作出处罚决定，也没有延长审批。" for n in range(12)],
    "breaches": "违反《行政处罚法》第六十条。",
    "demand": ["依法办理上述案件。", "逐案说明超期原因。"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=int, nargs="?", default=500)
    count = parser.parse_args().papers
    with tempfile.TemporaryDirectory(prefix="mingjian-papers-") as folder:
        os.environ |= {"MINGJIAN_HOME": folder, "DJANGO_SETTINGS_MODULE": "mingjian.web.settings"}
        os.environ.pop("MINGJIAN_DATABASE", None)
        import django

        django.setup()
        measure(count, Path(folder))


def measure(count: int, folder: Path) -> None:
    from django.core.management import call_command

    from mingjian.documents import acts, pdf
    from mingjian.documents.models import Paper

    call_command("migrate", verbosity=0)
    drafter, papers = approved_papers(count)
    pdf.warm()
    pdf.render(papers[0])
    started, worked = perf_counter(), process_time()
    for paper in papers:
        acts.issue(paper.pk, by=drafter, today=DAY)
    issue, issue_cpu = perf_counter() - started, process_time() - worked
    data = [json.dumps(pdf.layout_data(p), ensure_ascii=False) for p in Paper.objects.all()]
    compiler = pdf._compiler()
    started, worked = perf_counter(), process_time()
    for text in data:
        compiler.compile(format="pdf", sys_inputs={"paper": text}, pdf_standards=["a-2b"])
    bare, bare_cpu = perf_counter() - started, process_time() - worked
    numbers = sorted(Paper.objects.values_list("number", flat=True))
    assert numbers == list(range(1, count + 1)), "numbers have a gap"
    size = (folder / "office.sqlite3").stat().st_size / count / 1024
    print(f"{count} papers, SQLite")
    for name, wall, cpu in (("issued", issue, issue_cpu), ("bare typst", bare, bare_cpu)):
        print(f"{name:12} {wall / count * 1000:7.1f} ms  {cpu / count * 1000:7.1f} ms processor")
    print(f"ratio        {issue / bare:7.2f}     {issue_cpu / bare_cpu:7.2f}")
    print(f"database     {size:7.0f} KB a paper")


def approved_papers(count: int) -> tuple[Any, list[Any]]:
    """Signed papers, and the person who issues them."""
    from mingjian.access.models import Agency, Region, User
    from mingjian.documents import acts

    city = Region.objects.create(region_code="110000", name="示例市", tier="city")
    agency = Agency.objects.create(
        agency_id="A1", name="示例市市场监督管理局", region=city, line_path="/A1/", tier="city"
    )
    drafter, head = (
        User.objects.create(username=name, display_name=name, role=role, scope="city")
        for name, role in (("drafter", "supervisor"), ("head", "supervision_head"))
    )
    papers = []
    for number in range(count):
        facts = {**FACTS, "source": f"{FACTS['source']}第{number}号。"}
        paper = acts.draft(
            drafter, "supervision_opinion", issuer=city, addressee=agency, facts=facts
        )
        acts.submit(paper.pk, by=drafter, today=DAY)
        acts.pass_review(paper.pk, by=head, today=DAY)
        papers.append(acts.sign(paper.pk, by=head, signer="王某", today=DAY))
    return drafter, papers


if __name__ == "__main__":
    main()
