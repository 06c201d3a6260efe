"""What a server process reads once, read ahead of the first request."""

import logging

from mingjian.law import load_laws
from mingjian.standards import ContentError, load_reference, load_standard
from mingjian.store import StoreError, open_store
from mingjian.web.content import library, sources
from mingjian.web.figure_lines import kept_figures

log = logging.getLogger(__name__)


def warm() -> None:
    """Read content, figures and the store's catalogue; a fault is for the page that meets it."""
    try:
        load_standard()
        load_reference()
        load_laws()
        library()
        sources()
        kept_figures()
        with open_store().reader():
            pass
    except (ContentError, StoreError) as error:
        log.error("cannot be read ahead: %s", error)
