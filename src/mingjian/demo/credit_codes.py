"""统一社会信用代码 with valid check digits (GB 32100-2015), whole columns at a time."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.records import Column, texts, where

_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_WEIGHTS = np.array([3**i % 31 for i in range(17)])
_BODY_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])  # GB 11714: the organisation code inside
_VALUE = np.zeros(256, np.int64)
_VALUE[_ALPHABET] = np.arange(31)


def credit_codes(regions: Column, chance: Chance, kind: str = "91") -> Column:
    """One code a row: register and kind, six-digit region, body, check digit. All different."""
    count = len(regions)
    numbers = chance.rng.choice(max(count * 50, 10_000_000), count, replace=False)
    return coded(regions, numbers, kind)


def coded(regions: Column, numbers: Column, kind: str) -> Column:
    """The codes of these serial numbers (below 10^8)."""
    digits = np.zeros((len(regions), 17), np.uint8)
    digits[:, 0], digits[:, 1] = ord(kind[0]), ord(kind[1])
    region_bytes = np.frombuffer("".join(regions).encode(), np.uint8).reshape(-1, 6)
    digits[:, 2:8] = region_bytes
    body = numbers[:, None] // 10 ** np.arange(7, -1, -1) % 10
    digits[:, 8:16] = body + ord("0")
    own = (11 - (body * _BODY_WEIGHTS).sum(1) % 11) % 11
    digits[:, 16] = where(own == 10, ord("X"), own + ord("0"))
    check = (31 - (_VALUE[digits] * _WEIGHTS).sum(1) % 31) % 31
    full = np.concatenate([digits, _ALPHABET[check][:, None]], axis=1)
    return texts([bytes(row).decode() for row in full])


def identity_numbers(regions: Column, born: Column, chance: Chance) -> Column:
    """公民身份号码 (GB 11643) of people born on these days; made up, with valid check digits."""
    weights = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    day = born.astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    of_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    serial = chance.whole(len(born), 100, 999)
    head = year * 10**7 + month * 10**5 + of_month * 10**3 + serial
    digits = np.zeros((len(born), 17), np.int64)
    digits[:, :6] = np.frombuffer("".join(regions).encode(), np.uint8).reshape(-1, 6) - ord("0")
    digits[:, 6:] = head[:, None] // 10 ** np.arange(10, -1, -1) % 10
    check = np.array(list("10X98765432"))[(digits * weights).sum(1) % 11]
    return texts(["".join(map(str, row)) + c for row, c in zip(digits, check, strict=True)])
