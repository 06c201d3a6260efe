"""Every fault of content/documents and content/flows/paper.yaml, for `mingjian check`."""

from mingjian.documents.flow import load_flow
from mingjian.documents.places import load_issuing
from mingjian.documents.template import read_templates
from mingjian.standards import ContentError, Problem


def check_documents() -> list[Problem]:
    problems = read_templates()[1]
    for read in (load_issuing, load_flow):
        read.cache_clear()
        try:
            read()
        except ContentError as error:
            problems += error.problems
    return problems
