"""Opening a file that somebody sent: what it really is, in which encoding, and whether whole.

Names and declarations are not trusted: the first bytes decide. A packed file is unpacked up to a
limit, text is checked byte by byte and turned into UTF-8.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.limits import Limits
from mingjian.intake.source import Format, Transport

_PIECE = 1 << 22
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TEXTS = ("csv", "tsv", "json", "jsonl")


@dataclass
class Opened:
    """A file ready to be read. `path` is plain: not packed, and UTF-8 where it is text."""

    path: Path
    format: Format
    signals: list[str] = field(default_factory=list)


def open_file(path: Path, transport: Transport, scratch: Path, limits: Limits) -> Opened:
    """Find out what the file is and make it plain, or raise UnreadableFile."""
    if path.stat().st_size == 0:
        raise UnreadableFile("文件是空的（0 字节）。请检查导出是否成功，重新导出后再传。")
    plain = path
    if _head(path).startswith(b"\x1f\x8b"):
        plain = _unpack(path, scratch / "unpacked", limits)
        if plain.stat().st_size == 0:
            raise UnreadableFile("压缩包里的文件是空的。请检查导出是否成功，重新导出后再传。")
    kind = _kind(plain, transport.format)
    opened = Opened(plain, kind)
    if kind != transport.format:
        opened.signals.append(
            f"文件实际是 {kind} 格式，数据源写的是 {transport.format}；已按实际格式读取。"
        )
    if kind in _TEXTS:
        _as_utf8(opened, transport, scratch)
    return opened


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


def _unpack(path: Path, target: Path, limits: Limits) -> Path:
    total = 0
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as out:
            while piece := packed.read(_PIECE):
                total += len(piece)
                if total > limits.unpacked_bytes:
                    raise UnreadableFile(
                        f"压缩包解开后超过 {limits.unpacked_bytes >> 20} MB 的上限，没有继续解。"
                        "请拆成几个文件再传，或请管理员调整上限。"
                    )
                out.write(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(
            "压缩包不完整或已损坏，解到一半中断。整个文件未入库；请重新压缩或重新传输。"
        ) from error
    return target


def _kind(path: Path, declared: Format) -> Format:
    """The real format by the first bytes; among the text formats the declaration decides."""
    head = _head(path)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if declared == "parquet":
        raise UnreadableFile("文件不是 Parquet 格式。请检查传的是不是这个数据源的文件。")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<?xml") or b"<log" in text:
        return "xes"
    if declared in ("xlsx", "xes"):
        if _looks_binary(head):
            raise UnreadableFile(_NOT_KNOWN)
        if declared == "xes":
            raise UnreadableFile("文件不是 XES 事件日志（应以 <?xml 或 <log 开头）。")
        return "tsv" if head.count(b"\t") > head.count(b",") else "csv"
    return declared


_NOT_KNOWN = (
    "文件不是文本，也不是 Excel、XES、Parquet，无法识别。"
    "请检查传的是不是这个数据源的文件；加密或改过扩展名的文件请先还原。"
)


def _looks_binary(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in head)
    return control * 20 > len(head) and _utf16_by_nul(head) is None


def _as_utf8(opened: Opened, transport: Transport, scratch: Path) -> None:
    """Choose the encoding by the beginning; a file that is not UTF-8 is rewritten as such.

    The rest of a UTF-8 file is proved while it is read, which costs no pass of its own; a reader
    that meets bytes without a meaning calls `prove_encoding`.
    """
    with opened.path.open("rb") as file:
        head = file.read(_PIECE)
    if _looks_binary(head[:512]):
        raise UnreadableFile(_NOT_KNOWN)
    if not head.startswith(_MARKS) and _utf16_by_nul(head[:512]) is None:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            pass
        else:
            _say_encoding(opened, transport, "utf-8", head)
            return
    prove_encoding(opened, transport, scratch)


def prove_encoding(opened: Opened, transport: Transport, scratch: Path) -> None:
    """Find the encoding in which every byte has a meaning, or raise UnreadableFile."""
    head = _head(opened.path)
    encoding = _encoding(opened.path, head, transport.encoding)
    _say_encoding(opened, transport, encoding, head)
    if encoding == "utf-8":
        return
    target = scratch / "utf8"
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in _decoded(opened.path, encoding):
            out.write(text)
    opened.path = target


def _say_encoding(opened: Opened, transport: Transport, encoding: str, head: bytes) -> None:
    declared = _name(transport.encoding)
    plain = encoding == "utf-8" and head.isascii()  # ASCII is the same in all of them
    said = f"文件实际是 {encoding} 编码，数据源写的是 {declared}；已按实际编码读取。"
    if declared in ("auto", encoding.removesuffix("-sig")) or plain or said in opened.signals:
        return
    opened.signals.append(said)


def _name(encoding: str) -> str:
    lowered = encoding.lower().replace("_", "-")
    return {"gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8"}.get(lowered, lowered)


def _encoding(path: Path, head: bytes, declared: str) -> str:
    """The encoding under which every byte of the file has a meaning."""
    if head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif guessed := _utf16_by_nul(head):
        candidates = [guessed]
    else:
        # UTF-8 first: Chinese in GB18030 is practically never valid UTF-8, the reverse happens.
        named = [] if declared == "auto" else [_name(declared)]
        candidates = list(dict.fromkeys(["utf-8", *named, "gb18030"]))
    for encoding in candidates:
        try:
            for _ in _decoded(path, encoding):
                pass
            return encoding
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            raise UnreadableFile(f"数据源写的编码“{declared}”不存在。") from error
    tried = "、".join(candidates)
    raise UnreadableFile(
        f"文件的文字编码无法识别（试过 {tried}，都有不能识别的字节），可能传输中损坏，"
        "也可能混用了两种编码。整个文件未入库；请用 UTF-8 或 GB18030 重新导出。"
    )


def _utf16_by_nul(head: bytes) -> str | None:
    """UTF-16 without a mark: zero bytes on one side only, and most separators stand beside one."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    separators = (b",", b"\t", b"\n", b":", b";")
    alone = sum(head.count(mark) for mark in separators)
    if odd > 1 and not even and 2 * sum(head.count(mark + b"\0") for mark in separators) > alone:
        return "utf-16-le"
    if even > 1 and not odd and 2 * sum(head.count(b"\0" + mark) for mark in separators) > alone:
        return "utf-16-be"
    return None


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
