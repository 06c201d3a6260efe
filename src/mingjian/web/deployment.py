"""What differs between deployments: the secret key, the office database, hosts, https."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_BUSY_SECONDS = 20


def secret_key(home: Path) -> str:
    """The deployment's key, made once; readable by its owner only.

    Two processes that start together agree: the file is linked into place whole, the first wins.
    """
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=home, prefix=".secret_key")  # mkstemp: mode 600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(64))
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first: its key is read below
        finally:
            os.unlink(draft)
    return path.read_text(encoding="ascii").strip()


def mail(url: str | None) -> dict[str, Any]:
    """The mail server from `smtp://user:pw@host:587?tls=1&from=mingjian@example.cn`; {} without."""
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError("MINGJIAN_MAIL 应形如 smtp://账号:口令@主机:端口?tls=1&from=发件地址")
    options = dict(parse_qsl(parts.query))
    return {
        "host": parts.hostname,
        "port": parts.port or 25,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": options.get("tls") == "1",
        "sender": options.get("from", f"mingjian@{parts.hostname}"),
    }


def database(url: str | None, home: Path) -> dict[str, Any]:
    """Django's settings for the office database.

    `url` is the value of `MINGJIAN_DATABASE`, e.g. `postgres://user:pw@host:5432/name?sslmode=…`;
    without it, SQLite in the deployment folder.
    """
    if not url:
        home.mkdir(parents=True, exist_ok=True)
        return _sqlite(home / "office.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(
            f"MINGJIAN_DATABASE 以“{parts.scheme}:”开头，只支持 postgres:// 与 sqlite:///"
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A Unix socket folder cannot stand before the path: ?host=/var/run/postgresql
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # WAL: readers never wait. IMMEDIATE: a transaction takes the write lock when it
            # begins; the default (deferred) fails at once when two of them upgrade together.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA cache_size=-32000;",
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_SECONDS,
        },
        "CONN_MAX_AGE": 60,
        # A file, because the tests of concurrent acts use several connections.
        "TEST": {"NAME": Path(tempfile.gettempdir()) / f"mingjian-test-{os.getpid()}.sqlite3"},
    }


def single_sign_on(environment: Mapping[str, str]) -> dict[str, str]:
    """The identity provider, from three variables; empty where there is none.

    Half of it given is an error: a person would be sent to a provider that knows nothing of us.
    """
    names = {
        "issuer": "MINGJIAN_OIDC_ISSUER",
        "client_id": "MINGJIAN_OIDC_CLIENT_ID",
        "client_secret": "MINGJIAN_OIDC_CLIENT_SECRET",
    }
    given = {key: environment.get(name, "").strip() for key, name in names.items()}
    if not any(given.values()):
        return {}
    missing = [names[key] for key, value in given.items() if not value]
    if missing:
        raise ValueError(f"统一身份认证还缺环境变量：{'、'.join(missing)}")
    return given


def is_on(name: str) -> bool:
    """Whether the environment variable `name` says yes; anything but 1/0/empty is an error."""
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        raise ValueError(f"环境变量 {name} 是“{value}”，应为 1（是）或 0（否）")
    return value == "1"
