"""A port for a server of the tests, which nobody else is given meanwhile."""

import random
import socket

# Below those that the kernel gives out by itself (from 32768 on Linux): there another program's connection may take
# the port in the moments until the server has come up.
FROM, TO = 20_000, 32_000
# Of its own: pytest-randomly sets the common one to the same number in each process.
_dice = random.SystemRandom()


def free_port() -> int:
    while True:
        port = _dice.randrange(FROM, TO)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
