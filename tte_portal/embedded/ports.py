"""Finds a taken port before anything has been started."""

import errno
import os
import socket

from tte_portal.embedded.problems import Problem


def wanted_port() -> int:
    """PORT, or 8000; raises Problem when it is no port number."""
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def require_free_port() -> None:
    port = wanted_port()
    with socket.socket() as probe:
        # The web server asks for the same: connections that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Problem(
                    f"Port {port} is in use, perhaps by this portal already. Choose another: PORT={port + 1} make run"
                ) from error
            raise Problem(
                f"Port {port} cannot be used ({error.strerror}): choose one above 1023 with PORT=…"
            ) from error
