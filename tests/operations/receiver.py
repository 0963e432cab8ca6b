"""A receiver of webhooks on this machine: verifies each, and answers as it is told. Checks nothing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver(ThreadingHTTPServer):
    """Keeps what it verified in `taken`, by event id, and what it could not in `doubtful`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret, self.answers, self.headers = "whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keQ==", [], {}
        self.taken, self.doubtful, self.paths, self.signatures = [], [], [], []
        self.slow_seconds = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks?of=lender"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.paths.append(self.path)
        server.signatures.append(self.headers["webhook-signature"])
        try:
            server.taken.append((self.headers["webhook-id"], Webhook(server.secret).verify(body, dict(self.headers))))
        except WebhookVerificationError as error:
            server.doubtful.append(str(error))
        time.sleep(server.slow_seconds)
        self.send_response(server.answers.pop(0) if server.answers else 204)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on a port of its own."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
