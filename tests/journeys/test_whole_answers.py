"""The server of the journeys leaves nothing open where a browser hangs up."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.journeys.whole_answers import whole_answers


class _Picture:
    """A body that, once all of it was asked for, makes the browser hang up hard."""

    def __init__(self, browser: socket.socket) -> None:
        self.browser = browser
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield b"a picture"
        self.browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.browser.close()

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_picture_is_closed_where_the_browser_hangs_up(is_whole: bool) -> None:
    browser = socket.socket()
    picture = _Picture(browser)

    def application(environ: object, start_response: object) -> _Picture:
        start_response("200 OK", [("Content-Length", "9")])  # type: ignore[operator]
        return picture

    server = make_server("127.0.0.1", 0, whole_answers(application) if is_whole else application)
    browser.connect(("127.0.0.1", server.server_port))
    browser.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    server.handle_request()
    server.server_close()
    # Once werkzeug closes what it is given, the second half fails and the wrapper may go.
    assert picture.closed.is_set() is is_whole
