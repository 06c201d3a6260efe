"""Start a throw-away PostgreSQL on loopback and run a command with it as the office database.

python tests/with_postgres.py pytest tests/access
"""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


class NoPostgres(RuntimeError):
    """PostgreSQL's server programs are not on this machine."""


@contextlib.contextmanager
def postgres(*settings: str) -> Iterator[dict[str, str]]:
    """A running server; yields host, port, user and dbname. Stopped and erased afterwards.

    `settings` are the server's own, such as `work_mem=64MB`.
    """
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or sorted(
        {str(Path(found).parent) for name in ["initdb"] if (found := shutil.which(name))}
    )
    if not programs:
        raise NoPostgres("没有安装 PostgreSQL 服务器（apt-get install postgresql）")
    folder = Path(tempfile.mkdtemp(prefix="mingjian-postgres-"))
    owner = _owner(folder)
    port = _free_port()
    base = [*owner, f"{programs[-1]}/initdb", "-D", str(folder / "data"), "-U", "mingjian"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run([*base, "-A", "trust", "-E", "UTF8", "--no-sync"], **quiet)
    server = subprocess.Popen(
        [
            *(*owner, f"{programs[-1]}/postgres", "-D", str(folder / "data"), "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1", "-k", str(folder), "-c", "fsync=off"),
            *(part for setting in settings for part in ("-c", setting)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        _wait(port, server)
        yield {"host": "127.0.0.1", "port": str(port), "user": "mingjian", "dbname": "postgres"}
    finally:
        server.send_signal(signal.SIGINT)  # does not wait for clients that are still connected
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as the system's postgres user."""
    if os.getuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise NoPostgres(f"PostgreSQL 没有启动（退出码 {server.returncode}）")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.5)
                return
        time.sleep(0.1)
    raise NoPostgres("PostgreSQL 三十秒内没有启动")


def main(command: list[str]) -> int:
    try:
        with postgres() as server:
            address = "postgres://{user}@{host}:{port}/{dbname}".format(**server)
            return subprocess.call(command, env=os.environ | {"MINGJIAN_DATABASE": address})
    except NoPostgres as error:
        print(f"跳过 PostgreSQL 测试：{error}")
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
