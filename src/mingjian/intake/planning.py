"""From a source and the data standard to one plan for each field that a column fills."""

from collections.abc import Mapping
from datetime import date

from mingjian.intake.source import Reference, Source, Target
from mingjian.intake.values import Plan, Reader, Value, loosened, reader_of
from mingjian.standards import AgencyNames, Field, Standard, parse_boolean
from mingjian.store import Store

# Spellings of yes and no that the fast way looks up; `parse_boolean` stays the judge.
_BOOLEAN_WORDS = [
    "是",
    "否",
    "有",
    "无",
    "1",
    "0",
    "true",
    "false",
    "True",
    "False",
    "TRUE",
    "FALSE",
    "t",
    "f",
    "T",
    "F",
    "Y",
    "N",
    "y",
    "n",
    "yes",
    "no",
    "√",
    "×",
]


def plans_of(
    source: Source, columns: list[str], store: Store, received_on: date, salt: bytes
) -> list[Plan]:
    """Plans for those mapped columns that the file has."""
    table = store.standard.tables[source.into]
    plans = []
    for column, target in source.targets():
        if column not in columns:
            continue
        field = table.fields[target.to]
        spellings = _spellings(source, target, field, store.standard)
        codes = None if target.lookup else store.standard.codes.get(field.codes or "")
        read = (
            _reference_reader(target.refer, store)
            if target.refer
            else reader_of(target, field, codes, spellings, received_on, salt)
        )
        plans.append(Plan(field_name(target), column, column, target, field, spellings, read))
    return plans


def field_name(target: Target) -> str:
    return target.to


def _spellings(
    source: Source, target: Target, field: Field, standard: Standard
) -> Mapping[str, str] | None:
    """Every spelling of a code that this column may use; None where any text may stand."""
    if target.lookup:
        entries = source.lookups[target.lookup]
        return {word: code for code, words in entries.items() for word in words}
    if field.codes:
        return standard.codes[field.codes].lookup()
    return None


def quick_spellings(plan: Plan) -> dict[str, Value] | None:
    """What the fast way may look up: text of the cell to value, where it is a closed list."""
    target, field = plan.target, plan.field
    if target.refer or target.find or target.pattern or target.range or field.type == "code_list":
        return None
    if field.type == "boolean" and plan.spellings is None:
        return {word: parse_boolean(word) for word in _BOOLEAN_WORDS}
    if plan.spellings is None:
        return None
    if field.type == "boolean":
        return {word: code == "true" for word, code in plan.spellings.items()}
    return dict(plan.spellings)


def _reference_reader(refer: Reference, store: Store) -> Reader:
    """Looks a value up among the records that the store holds now."""
    with store.reader() as reader:
        fields = dict.fromkeys([*refer.match, refer.give])
        rows = reader.rows(f"SELECT {', '.join(fields)} FROM {refer.table}")
        title = store.standard.tables[refer.table].title
        if refer.table == "agency" and refer.give == "agency_id":
            names = AgencyNames(reader.rows("SELECT agency_id, name, short_name FROM agency"))
            return _or_otherwise(names.code_of, refer)
    known: dict[str, set[str]] = {}
    for row in rows:
        for name in refer.match:
            if row[name] is not None and row[refer.give] is not None:
                known.setdefault(loosened(str(row[name])), set()).add(str(row[refer.give]))

    def find(text: str) -> str:
        found = known.get(loosened(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise ValueError(f"在{title}里对应 {len(found)} 条记录，无法确定是哪一条")
        raise ValueError(f"在{title}里找不到（请先报送{title}，或检查写法）")

    return _or_otherwise(find, refer)


def _or_otherwise(find: Reader, refer: Reference) -> Reader:
    """`otherwise: keep` takes the text as it is where nothing is found, `empty` drops it."""
    if refer.otherwise == "reject":
        return find

    def gently(text: str) -> Value:
        try:
            return find(text)
        except ValueError:
            return text if refer.otherwise == "keep" else None

    return gently
