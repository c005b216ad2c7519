"""Child processes that end with their parent, whatever ends it."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from tte_portal.embedded.identity import Identity
from tte_portal.embedded.problems import Problem

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# What a parent holds back and waits for, and what its children must therefore be given back.
AWAITED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
# The si_code of a signal that comes from the kernel, here: from Ctrl-C at the terminal.
SI_KERNEL = 0x80

libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    command: Sequence[str | Path],
    *,
    ends_by: signal.Signals = signal.SIGTERM,
    identity: Identity | None = None,
    own_group: bool = True,
    output: IO[bytes] | int | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program that gets `ends_by` from the kernel when this process dies, even by kill -9.

    Must be called from the main thread: the kernel ties that promise to the thread. A program with a group of its own
    does not hear the terminal's Ctrl-C, so that whoever started it decides the order of the end.
    """
    options: dict[str, Any] = {} if identity is None else identity.for_subprocess()
    if output is not None:
        options |= {"stdout": output, "stderr": subprocess.STDOUT}
    if own_group:
        options |= {"stdin": subprocess.DEVNULL, "start_new_session": True}
    try:
        return subprocess.Popen(list(map(str, command)), env=env, preexec_fn=_bound_to_parent(ends_by), **options)
    except OSError as error:
        raise Problem(f"{command[0]} cannot be started ({error.strerror}).") from error


def _bound_to_parent(ends_by: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, ends_by, 0, 0, 0)
        # The parent may have died before the line above: then nobody would ever send the signal.
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)

    return bind


def hold_signals() -> None:
    """Signals wait until they are asked for with `next_signal`: no handler runs in the middle of anything."""
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)


def end_asked_for() -> bool:
    return bool(signal.sigpending() & (AWAITED - {signal.SIGCHLD}))


def next_signal(seconds: float) -> signal.struct_siginfo | None:
    return signal.sigtimedwait(AWAITED, seconds)


def adopt_orphans() -> None:
    """What children leave behind comes to this process instead of to init, so that it can be ended."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(known: Collection[int]) -> None:
    """Takes leave of adopted processes that have ended; the `known` ones are left to their Popen objects."""
    for pid in children() - set(known):
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def end_orphans(known: Collection[int], patience: float = 5) -> None:
    """Ends every child of this process but the `known` ones: asks, waits `patience` seconds, kills."""
    for pid in children() - set(known):
        _send(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while remaining := children() - set(known):
        if time.monotonic() > deadline:
            # Again and again: the children of a killed process come here only now.
            for pid in remaining:
                _send(pid, signal.SIGKILL)
        reap_orphans(known)
        time.sleep(0.02)


def children() -> set[int]:
    me = os.getpid()
    return {pid for pid, parent in parents().items() if parent == me}


def parents() -> dict[int, int]:
    """Each process of the machine, with its parent."""
    found = {}
    # Not Path.glob: it asks for each name whether it is there, and raises when the process has just ended.
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208
        with suppress(OSError):
            # The program's name stands in brackets and may hold anything, so count from its end.
            status = Path(f"/proc/{name}/stat").read_text(errors="replace").rpartition(")")[2]
            found[int(name)] = int(status.split()[1])
    return found


def end(process: subprocess.Popen[bytes], sign: signal.Signals, patience: float) -> None:
    """Asks a program to end; kills it, and the group when it has one of its own, when it has not after `patience` s."""
    process.send_signal(sign)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    # In somebody else's group it has not heard that.
    process.kill()
    process.wait()


def _send(pid: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sign)
