"""Pictures of the pages for the README, taken of the running demonstration by one command.

Needs Chromium and playwright (requirements-dev.txt); the site itself needs neither.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from mingjian.access.models import User
from mingjian.supervision.models import Alert
from mingjian.web.content import library
from mingjian.web.serving import HOST

SIZE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
CHROMIUM = ["--no-sandbox", "--lang=zh-CN"]
BACKEND = "django.contrib.auth.backends.ModelBackend"


class ScreenshotError(RuntimeError):
    """No pictures could be taken; the message says what is missing."""


def take_screenshots(folder: Path) -> list[Path]:
    """Take a picture of each page worth showing, as the city's supervisor sees it."""
    try:
        from playwright.sync_api import sync_playwright  # only where pictures are taken
    except ImportError as error:
        raise ScreenshotError("没有 playwright：pip install -r requirements-dev.txt") from error
    chromium = shutil.which("chromium")
    if chromium is None:
        raise ScreenshotError("没有 Chromium：apt-get install chromium fonts-noto-cjk")
    user = User.objects.filter(role="supervisor", scope="city", is_active=True).first()
    if user is None:
        raise ScreenshotError("没有市级监督员账号：先运行 mingjian start 装好演示数据")
    key = _signed_in(user)
    pages = _pages()
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    # playwright runs an event loop in this thread, where Django otherwise refuses its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        for name, (path, size) in pages.items():
            context = browser.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
            context.add_cookies([{"name": "sessionid", "value": key, "url": address}])
            page = context.new_page()
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            taken.append(folder / f"{name}.png")
            page.screenshot(path=taken[-1])
            context.close()
        browser.close()
    SessionStore(key).delete()
    return taken


@contextmanager
def site() -> Iterator[str]:
    """The site on a free loopback port, in threads of this process; gives its address."""
    from mingjian.web.wsgi import application  # builds the whole site: not at import

    server = make_server(HOST, 0, application, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests of the picture-taking are of no interest."""


def _signed_in(user: User) -> str:
    """A session of the user, as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _pages() -> dict[str, tuple[str, dict[str, int]]]:
    """File name, address and size of each picture."""
    pages = {
        "workbench": ("/", SIZE),
        "alerts": ("/alerts/", SIZE),
        "overview": ("/overview/", SIZE),
        "submissions": ("/submissions/", SIZE),
        "quality": ("/quality/", SIZE),
        "monitors": ("/monitors/", SIZE),
        "standards": ("/standards/", SIZE),
        "overview-phone": ("/overview/", PHONE),
    }
    # Of the worst alerts, one about a legal limit: its time line says most.
    worst = Alert.objects.order_by("level_rank", "monitor_code", "-found_on", "pk")
    alert = worst.filter(monitor_code__in=_with_limits()).first() or worst.first()
    if alert is not None:
        pages["alert"] = (f"/alerts/{alert.pk}/", SIZE)
        pages["monitor"] = (f"/monitors/{alert.monitor_code}/", SIZE)
    else:
        pages["monitor"] = (f"/monitors/{min(library().by_code)}/", SIZE)
    return pages


def _with_limits() -> list[str]:
    """Codes of the monitors whose evidence names the end of a limit that their view draws."""
    views = library().views
    ends = {name: {limit.end for limit in view.file.limits} for name, view in views.items()}
    return [
        code
        for code, monitor in library().by_code.items()
        if ends.get(monitor.file.view or "", set()) & set(monitor.file.evidence)
    ]
