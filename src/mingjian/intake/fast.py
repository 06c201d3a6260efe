"""The fast way: SQL that turns a column of texts into typed values, all rows at once.

Each expression yields the value that `values` would read, or NULL where it is not sure; it never
yields another value. What is NULL here though the cell says something goes the exact way.
"""

from datetime import date

from mingjian.intake.source import Target
from mingjian.intake.sql_text import literal
from mingjian.standards import Field

TYPES = {
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "money": "DECIMAL(18, 2)",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
    "code": "VARCHAR",
    "code_list": "VARCHAR",
}
_WHEN = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?"
_SANE = "BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2100-12-31 23:59:59.999999'"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOVES = {"元": 0, "百元": 2, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}
_UNIT_DIGITS = {"元": 2, "百元": 4, "千元": 5, "万元": 6, "百万元": 8, "亿元": 10}


def is_simple(target: Target) -> bool:
    """Whether the cell's text itself is the value, with nothing to be cut out or looked up."""
    return not (target.pattern or target.range or target.find or target.refer or target.hash)


def text_sql(cell: str) -> str:
    """A cell without surrounding blanks. Trimming is dear, so only those that need it pay."""
    # Every ASCII blank and the empty text sort before '!'.
    needs = f"{cell} < '!' OR suffix({cell}, ' ') OR suffix({cell}, '\t') OR suffix({cell}, '\r')"
    needs += f" OR suffix({cell}, '\n') OR prefix({cell}, '\u3000') OR suffix({cell}, '\u3000')"
    needs += f" OR prefix({cell}, '\u00a0') OR suffix({cell}, '\u00a0')"
    return f"CASE WHEN {needs} THEN nullif(trim({cell}, ' \t\r\n\u3000\u00a0'), '') ELSE {cell} END"


def fast_sql(cell: str, target: Target, field: Field, received_on: date) -> str | None:
    """SQL for the value of a cell, or None where only the exact way can read this field."""
    if not is_simple(target) or target.lookup:
        return None
    if target.zone == "local":
        offset = r"(:[0-9]{2}(?:\.[0-9]+)?)\s*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
        cell = f"regexp_replace({cell}, '{offset}', '\\1')"
    if field.type == "text":
        return _checked_text(cell, field)
    if field.type in ("date", "timestamp"):
        sql = _moment(cell, target.format, field.type)
    elif field.type == "money":
        sql = _money(cell, target.unit)
    elif field.type == "integer":
        sql = _matched(cell, r"-?[0-9]{1,17}(\.0+)?", "BIGINT")
    elif field.type == "decimal":
        sql = _matched(cell, r"-?[0-9]{1,15}(\.[0-9]{1,15})?", "DOUBLE")
    else:
        return None
    if sql is None:
        return None
    if field.check == "not_negative":
        return f"CASE WHEN {sql} >= 0 THEN {sql} END"
    if field.check == "not_future":
        return f"CASE WHEN {sql} < DATE '{received_on}' + INTERVAL 1 DAY THEN {sql} END"
    return sql


def _matched(cell: str, pattern: str, kind: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, '{pattern}') THEN try_cast({cell} AS {kind}) END"


def _moment(cell: str, form: str | None, kind: str) -> str | None:
    cast = f"try_cast({cell} AS TIMESTAMP)"
    if form is not None:
        if "%z" in form or "%Z" in form:
            return None
        value = f"try_strptime({cell}, {literal(form)})"
        value = f"CASE WHEN {value} {_SANE} THEN {value} END"
        return f"CAST({value} AS {TYPES[kind]})"
    # Short texts can only be dates; the engine's cast knows more forms than ours, so the century
    # and the separator are looked at as well.
    short = f"strlen({cell}) <= 10 AND {cell} > '19' AND {cell} < '2101' "
    short += f"AND (contains({cell}, '-') OR contains({cell}, '/'))"
    value = f"CASE WHEN {short} OR regexp_full_match({cell}, '{_WHEN}') THEN {cast} END"
    return f"CASE WHEN {cast} {_SANE} THEN CAST({value} AS {TYPES[kind]}) END"


def _money(cell: str, unit: str) -> str | None:
    if unit not in _MOVES:
        return None
    digits, move = _UNIT_DIGITS[unit], _MOVES[unit]
    pattern = rf"-?[0-9]{{1,{13 - move}}}(\.[0-9]{{1,{digits}}}0*)?"
    number = f"try_cast({cell} AS DECIMAL(38, {digits}))"
    if move:
        number = f"CAST({number} * {10**move} AS DECIMAL(18, 2))"
    else:
        number = f"try_cast({cell} AS DECIMAL(18, 2))"
    return f"CASE WHEN regexp_full_match({cell}, '{pattern}') THEN {number} END"


def _checked_text(cell: str, field: Field) -> str | None:
    if field.check is None:
        return text_sql(cell)
    if field.check == "document_no":
        pattern = r"[\p{Han}]{1,30}〔(19|20)[0-9]{2}〕[0-9]{1,8}号"
        turned = f"translate({cell}, '【】[]［］', '〔〕〔〕〔〕')"
        return (
            f"CASE WHEN regexp_full_match({cell}, '{pattern}') THEN {cell} "
            f"WHEN regexp_full_match({turned}, '{pattern}') THEN {turned} END"
        )
    if field.check == "credit_code":
        return f"CASE WHEN {credit_code_sql(cell)} THEN {cell} END"
    if field.check == "identity_no":
        return f"CASE WHEN {identity_no_sql(cell)} THEN {cell} END"
    return None


def credit_code_sql(cell: str) -> str:
    """SQL that holds for a valid 统一社会信用代码 (GB 32100-2015) in its normal form."""
    value = "(instr('{chars}', substr({cell}, {n}, 1)) - 1)"
    terms = " + ".join(
        f"{value.format(chars=_CREDIT, cell=cell, n=n)} * {weight}"
        for n, weight in enumerate(_CREDIT_WEIGHTS, 1)
    )
    check = value.format(chars=_CREDIT, cell=cell, n=18)
    # The pattern keeps out letters that are not in the alphabet, whose value would be -1.
    return (
        f"(regexp_full_match({cell}, '[1-9ANY][{_CREDIT}][0-9]{{6}}[{_CREDIT}]{{10}}') "
        f"AND {check} = (31 - ({terms}) % 31) % 31)"
    )


def identity_no_sql(cell: str) -> str:
    """SQL that holds for a valid 公民身份号码 (GB 11643-1999) in its normal form."""
    terms = " + ".join(
        f"CAST(substr({cell}, {n}, 1) AS INTEGER) * {weight}"
        for n, weight in enumerate(_PERSON_WEIGHTS, 1)
    )
    born = f"try_cast(substr({cell}, 7, 4) || '-' || substr({cell}, 11, 2) || '-' || "
    born += f"substr({cell}, 13, 2) AS DATE)"
    return (
        f"(CASE WHEN regexp_full_match({cell}, '[1-6][1-5][0-9]{{4}}(19|20)[0-9]{{9}}[0-9X]') "
        f"THEN {born} IS NOT NULL AND substr({cell}, 18, 1) = "
        f"substr('10X98765432', ({terms}) % 11 + 1, 1) ELSE false END)"
    )
