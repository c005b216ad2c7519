"""`python -m tte_portal.embedded [--ephemeral [--durable]] [--port] [--with-parent] -- COMMAND ARGUMENT…`."""

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager

from tte_portal.embedded import processes, services
from tte_portal.embedded.ports import require_free_port
from tte_portal.embedded.problems import Problem
from tte_portal.embedded.services import Running

# A server that dies this often is not coming back by being started again.
MOST_RESTARTS = 20


def main() -> int:
    parent = os.getppid()
    options = parse(sys.argv[1:])
    processes.hold_signals()
    processes.adopt_orphans()
    try:
        if options.port:
            require_free_port()
        with wanted(options) as running:
            return run(options.command, running, parent if options.with_parent else None)
    except Problem as problem:
        say(str(problem))
        return 1


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tte_portal.embedded", description=__doc__)
    parser.add_argument("--ephemeral", action="store_true", help="services of its own on temporary data, for tests")
    parser.add_argument("--durable", action="store_true", help="with --ephemeral: wait for the disk")
    parser.add_argument("--port", action="store_true", help="first make sure that PORT is free")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this has ended")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser.parse_args(words)


def wanted(options: argparse.Namespace) -> AbstractContextManager[Running]:
    if options.ephemeral:
        return services.temporary(say, careless=not options.durable)
    return services.provided(say)


def run(words: list[str], running: Running, parent: int | None = None) -> int:
    """Runs the command with the services' addresses, as long as ``parent`` lives when one is given.

    Returns its exit code, as a shell would.
    """
    if processes.end_asked_for() or is_orphaned(parent):
        return 130
    # In the terminal's group, so that a debugger in it can read the keyboard.
    command = processes.spawn(words, own_group=False, env=os.environ | running.addresses)
    try:
        watch(command, running, parent)
    finally:
        if command.poll() is None:
            processes.end(command, signal.SIGTERM, patience=15)
        processes.end_orphans(running.pids)
    return command.returncode if command.returncode >= 0 else 128 - command.returncode


def watch(command: "subprocess.Popen[bytes]", running: Running, parent: int | None) -> None:
    """Passes signals on and starts a server that dies again, until the command or the parent has ended."""
    restarts = 0
    while command.poll() is None:
        received = processes.next_signal(1)
        processes.reap_orphans({command.pid, *running.pids})
        for server in running.servers:
            if command.poll() is None and server.process and server.process.poll() is not None:
                restarts += 1
                if restarts > MOST_RESTARTS:
                    raise Problem(f"{server.name} keeps ending: see its log under var/log.")
                say(f"{server.name} ended by itself and is started again")
                time.sleep(min(restarts * 0.1, 2))
                server.start()
        if is_orphaned(parent):
            say("whoever started this has ended: so does this")
            return
        if received and received.si_signo != signal.SIGCHLD and not from_terminal(received):
            command.send_signal(received.si_signo)


def is_orphaned(parent: int | None) -> bool:
    """Whether the parent has ended. Asked again and again, which needs no help of the kernel's: not every system has
    PR_SET_PDEATHSIG, and a shell that is killed with make tells nobody."""
    return parent is not None and os.getppid() != parent


def from_terminal(received: signal.struct_siginfo) -> bool:
    """Ctrl-C reaches every process of the terminal's group by itself."""
    return received.si_signo == signal.SIGINT and received.si_code == processes.SI_KERNEL


def say(sentence: str) -> None:
    print(f"[services] {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
