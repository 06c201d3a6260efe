"""Everything that may be done with a paper; each act is one transaction with its audit line."""

from mingjian.documents.acts.drafting import correct, draft, edit
from mingjian.documents.acts.issuing import content_hash, issue
from mingjian.documents.acts.moving import (
    acknowledge,
    annul,
    archive,
    discard,
    government_send_back,
    government_sign,
    note_answer,
    pass_review,
    petition,
    send_back,
    serve,
    sign,
    submit,
    withdraw,
)
from mingjian.documents.acts.sealing import (
    PICTURE_AT_MOST,
    register_seal,
    retire_seal,
    seal_for,
    stamp,
)
from mingjian.documents.acts.top import Top

__all__ = [
    "PICTURE_AT_MOST",
    "Top",
    "acknowledge",
    "annul",
    "archive",
    "content_hash",
    "correct",
    "discard",
    "draft",
    "edit",
    "government_send_back",
    "government_sign",
    "issue",
    "note_answer",
    "pass_review",
    "petition",
    "register_seal",
    "retire_seal",
    "seal_for",
    "send_back",
    "serve",
    "sign",
    "stamp",
    "submit",
    "withdraw",
]
