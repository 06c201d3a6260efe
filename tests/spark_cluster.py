"""A real Spark for tests: a standalone master and two workers, each a process, on loopback."""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_HOST = "127.0.0.1"
_WORKERS = 2
_PATIENCE = 120.0


class NoSpark(RuntimeError):
    """Why no Spark can be had here."""


@contextmanager
def spark(folder: Path) -> Iterator["SparkSession"]:
    """A session on a cluster of its own, with its logs and scratch files in `folder`."""
    if importlib.util.find_spec("pyspark") is None:
        raise NoSpark("没有安装 pyspark（pip install -r requirements-spark.txt）")
    if shutil.which("java") is None:
        raise NoSpark("没有安装 Java（apt-get install default-jre-headless）")
    port = _free_port()
    master = f"spark://{_HOST}:{port}"
    started = [_start(folder, "master.Master", "--port", str(port), "--webui-port", "0")]
    try:
        _wait_for(port)
        for number in range(_WORKERS):
            work = str(folder / f"worker-{number}")
            options = ("--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", work)
            started.append(_start(folder, "worker.Worker", *options, master))
        session = _session(master, folder)
        try:
            _wait_for_workers(session)
            yield session
        finally:
            session.stop()
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def _start(folder: Path, role: str, *options: str) -> subprocess.Popen[bytes]:
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    words = [str(program), f"org.apache.spark.deploy.{role}", "--host", _HOST, *options]
    environment = os.environ | {"SPARK_LOCAL_IP": _HOST, "SPARK_NO_DAEMONIZE": "1"}
    with (folder / f"{role}.log").open("ab") as log:
        return subprocess.Popen(words, stdout=log, stderr=log, env=environment)


def _session(master: str, folder: Path) -> "SparkSession":
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": _HOST,
        "spark.driver.bindAddress": _HOST,
        "spark.executor.memory": "768m",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(master).appName("mingjian")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _free_port() -> int:
    with closing(socket.socket()) as sought:
        sought.bind((_HOST, 0))
        return int(sought.getsockname()[1])


def _wait_for(port: int) -> None:
    limit = time.monotonic() + _PATIENCE
    while time.monotonic() < limit:
        with closing(socket.socket()) as tried:
            if tried.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"Spark 的主节点没有在 {_PATIENCE:.0f} 秒内起来")


def _wait_for_workers(session: "SparkSession") -> None:
    """Both executors are there: the driver itself is one of the entries."""
    limit = time.monotonic() + _PATIENCE
    known = session.sparkContext._jsc.sc().getExecutorMemoryStatus
    while time.monotonic() < limit:
        if known().size() == _WORKERS + 1:
            return
        time.sleep(0.2)
    raise RuntimeError(f"Spark 的两个工作节点没有在 {_PATIENCE:.0f} 秒内都连上")
