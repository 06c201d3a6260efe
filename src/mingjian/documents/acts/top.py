"""份号、密级和保密期限、紧急程度: the top left of a paper (GB/T 9704-2012, 7.2.1 to 7.2.3)."""

import re
from dataclasses import dataclass
from typing import Self

from mingjian.documents.flow import NotPossible
from mingjian.documents.places import load_issuing

COPY_NO_AT_MOST = 999_999  # 份号 has six digits
_TERM = re.compile(r"[1-9]\d?(年|个月)|长期")


@dataclass(frozen=True)
class Top:
    """`secrecy` is the level, with its term after a star: 秘密, 机密★1年."""

    copy_no: int | None = None
    secrecy: str = ""
    urgency: str = ""

    def checked(self) -> Self:
        """Itself; NotPossible names the element that the standard or this deployment refuses."""
        allowed = load_issuing()
        level, star, term = self.secrecy.partition("★")
        if level and level not in allowed.secrecy_levels:
            raise NotPossible(
                f"密级“{level}”不能用：本平台没有开放这个密级。国家秘密不得在非涉密网络上处理。"
            )
        if star and not _TERM.fullmatch(term):
            raise NotPossible(f"保密期限“{term}”应写成“1年”“6个月”或者“长期”。")
        if level and self.copy_no is None:
            raise NotPossible("涉密公文应当标注份号，还没有写份号。")
        if self.copy_no is not None and not 1 <= self.copy_no <= COPY_NO_AT_MOST:
            raise NotPossible(f"份号“{self.copy_no}”应为 1 至 {COPY_NO_AT_MOST} 的整数，印成六位。")
        if self.urgency and self.urgency not in allowed.urgencies:
            raise NotPossible(f"紧急程度“{self.urgency}”应为：{'、'.join(allowed.urgencies)}。")
        return self
