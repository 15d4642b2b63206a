"""A real mail server on this machine, which does what a test tells it."""

import ssl
import subprocess
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

MAKE_CERTIFICATE = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
    *("-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
)


class Postbox:
    """Keeps what was handed in; `answers` are given to the next letters, then all is well."""

    def __init__(self):
        self.letters = []
        self.answers = []
        self.tries = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (named by the library)
        self.tries += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer == "cut":
            server.transport.abort()
            return "250 OK"
        if answer == "cut after":
            self._keep(envelope)
            server.transport.abort()
            return "250 OK"
        if answer:
            return answer
        self._keep(envelope)
        return "250 OK"

    def _keep(self, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, message))


class Answering(Controller):
    """A server on a free port; with a certificate it offers STARTTLS."""

    def __init__(self, postbox, context=None):
        self._context = context
        super().__init__(postbox, hostname="127.0.0.1", port=0)

    def factory(self):
        return SMTP(self.handler, hostname="localhost", tls_context=self._context)

    def _trigger_server(self):
        # The library looks for the port that it was told; here the system chose one.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(postbox, context=None):
    controller = Answering(postbox, context)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


def certificate(folder):
    """Make a certificate for this machine; return the contexts of server and client."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [*MAKE_CERTIFICATE, "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
