"""Starting the site: loopback only, a worker beside it."""

import socket

from mingjian.web.serving import port_is_free, server_commands


def test_the_site_listens_on_loopback_only_and_has_a_worker() -> None:
    site, worker = server_commands(8123)
    assert site[site.index("--host") + 1] == "127.0.0.1"
    assert site[site.index("--port") + 1] == "8123"
    assert "work" in worker


def test_a_taken_port_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not port_is_free(port)
    assert port_is_free(port)
