"""One writer at a time: a lock on a file that the operating system frees when a process dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mingjian.store.errors import StoreError

LOCK_NAME = "writer.lock"
_WAIT_SECONDS = 600.0


@contextmanager
def writer_lock(path: Path, wait_seconds: float = _WAIT_SECONDS) -> Iterator[None]:
    """Hold the only right to write, or raise StoreError when another keeps it for too long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        deadline = time.monotonic() + wait_seconds
        while not _taken(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "未知"
                raise StoreError(
                    f"数据底座正由另一进程写入（进程号 {holder}），等了 {wait_seconds:.0f} 秒；"
                    "请待其结束后重试，不要删除锁文件"
                )
            time.sleep(0.02)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
