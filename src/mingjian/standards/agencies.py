"""Agency names as departments write them, to the codes of the register of agencies."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

# Long official words and the short ones in daily use; both sides are brought to the short one.
_SHORT = (
    ("城市管理综合行政执法", "城管执法"),
    ("城市管理综合执法", "城管执法"),
    ("城管综合执法", "城管执法"),
    ("综合行政执法", "综合执法"),
    ("市场监督管理", "市监"),
    ("市场监管", "市监"),
    ("药品监督管理", "药监"),
    ("药品监管", "药监"),
    ("金融监督管理", "金融监管"),
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"),
    ("规划和自然资源", "规自"),
    ("规划自然资源", "规自"),
    ("文化和旅游", "文旅"),
    ("卫生健康", "卫健"),
    ("应急管理", "应急"),
    ("交通运输", "交通"),
    ("农业农村", "农业"),
    ("消防救援", "消防"),
    ("委员会", "委"),
    ("办事处", ""),
    ("人民政府", "政府"),
)
_CITY = re.compile(r"^[^市区县]{2,5}市(?![监场政容])")  # 海淀市监局 names no city
_IN_DISTRICT = re.compile(r"^[^市区县]{2,5}市(?=[^市区县]{1,6}(?:区|县).)")
_DISTRICT = re.compile(r"(?<=[^市区县]{2})(?:新区|自治县|区|县)(?=.)")
_OF_STREET = re.compile(r"(?<=[区县])政府(?=.)")
_STREET = re.compile(r"^.*?[区县](?=[^区县]+(?:街道|镇|乡)$)")
_MOST_NAMED = 5


class AgencyNames:
    """Looks up agencies by name. Exact names win over short ones, those over loosened ones."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """`rows` of the standard table `agency`: agency_id, name and, if known, short_name."""
        self._names: dict[str, str] = {}
        self._steps: list[dict[str, set[str]]] = [{}, {}, {}]
        for row in rows:
            code, name = str(row["agency_id"]), str(row["name"])
            self._names[code] = name
            written = [name, *([str(row["short_name"])] if row.get("short_name") else [])]
            self._put(0, code, [_tidy(code)])
            for spelling in written:
                self._put(0, code, [_tidy(spelling)])
                self._put(1, code, _without_brackets(spelling))
                self._put(2, code, _loosened(spelling))

    def code_of(self, raw: object) -> str:
        """The code of the agency meant; ValueError if there is none, or more than one."""
        text = str(raw)
        queries = ({_tidy(text)}, _without_brackets(text), _loosened(text))
        for index, spellings in zip(self._steps, queries, strict=True):
            codes = sorted(set().union(*(index.get(spelling, set()) for spelling in spellings)))
            if len(codes) == 1:
                return codes[0]
            if codes:
                raise ValueError(f"主体名称不明确，可能是：{self._listed(codes)}")
        similar = self._similar(text)
        hint = f"；相近的有：{self._listed(similar)}" if similar else ""
        raise ValueError(f"不是已登记的执法主体{hint}")

    def _put(self, step: int, code: str, spellings: Iterable[str]) -> None:
        for spelling in spellings:
            if spelling:
                self._steps[step].setdefault(spelling, set()).add(code)

    def _similar(self, text: str) -> list[str]:
        """Agencies whose short form contains the text's, for the message only."""
        wanted = _abbreviated(_tidy(text))
        if len(wanted) < 2:
            return []
        return sorted(
            {code for name, codes in self._steps[2].items() if wanted in name for code in codes}
        )

    def _listed(self, codes: list[str]) -> str:
        shown = "、".join(f"{self._names[code]}（{code}）" for code in codes[:_MOST_NAMED])
        return shown + (f" 等 {len(codes)} 个" if len(codes) > _MOST_NAMED else "")


def _tidy(text: str) -> str:
    """Full width to half width, no blanks, no quotation marks."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\"'“”‘’《》]+", "", plain).lower()


def _without_brackets(text: str) -> set[str]:
    """The name without its bracketed part, and with the brackets alone taken away."""
    tidy = _tidy(text)
    dropped = re.sub(r"[\[(【〔][^\])】〕]*[\])】〕]", "", tidy)
    opened = re.sub(r"[\[\]()【】〔〕]", "", tidy)
    return {form for form in (dropped, opened) if form}


def _loosened(text: str) -> set[str]:
    """Short words for long ones, and leaving out what daily use leaves out.

    The city in front of a district (北京市朝阳区… → 朝阳区…, 朝阳…); the name of the city at a
    city bureau (北京市… → 市…), but never the whole: 市场监督管理局 alone is every district's.
    Streets go by their own name.
    """
    forms: set[str] = set()
    for form in _without_brackets(text):
        short = _OF_STREET.sub("", _abbreviated(form))
        local = _IN_DISTRICT.sub("", short)
        forms |= {short, local, _DISTRICT.sub("", local, count=1), _STREET.sub("", local)}
        if local == short and not _DISTRICT.search(short):
            forms.add(_CITY.sub("市", short))
    return forms


def _abbreviated(tidy: str) -> str:
    for long, short in _SHORT:
        tidy = tidy.replace(long, short)
    return tidy
