"""Keeps several programs running side by side, and ends them all together."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from tte_portal.embedded import processes

Say = Callable[[str, str], None]

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# A program that has run this long is taken to be sound: its next end counts as the first.
SOUND_SECONDS = 60
END_SECONDS = 12


class Program:
    """One program that is to run all the time."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.began = self.due = 0.0
        self.pause = SHORTEST_PAUSE
        self.rest = b""

    def start(self) -> None:
        self.process = processes.spawn(self.command, output=subprocess.PIPE)
        self.began = time.monotonic()

    def lines(self, data: bytes) -> list[str]:
        """The whole lines of its output so far; the rest waits for its end."""
        *whole, self.rest = (self.rest + data).split(b"\n")
        return [line.decode(errors="replace") for line in whole]


class Supervisor:
    """Starts programs, says what they say, starts them again when they end, until asked to end.

    One loop and no threads: a thread would be forked along with every restart.
    """

    def __init__(self, programs: Sequence[Program], say: Say) -> None:
        self.programs, self.say = programs, say
        self.asked = 0
        self.selector = selectors.DefaultSelector()

    def start(self) -> None:
        # Grandchildren of a killed program come here, not to init: nothing is left behind.
        processes.adopt_orphans()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._end_asked)
        for program in self.programs:
            self._start(program)

    def run_until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Looks after the programs until `done`, at most `seconds`; False when that was not reached."""
        deadline = time.monotonic() + seconds
        while not self.asked and time.monotonic() < deadline:
            self._look_after(0.1)
            if done():
                return True
        return False

    def run(self) -> None:
        while not self.asked:
            self._look_after(0.5)

    def stop(self) -> None:
        """Ends every program and what it started: asks, waits, kills; a second Ctrl-C kills at once."""
        alive = [program.process for program in self.programs if program.process]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        while any(process.poll() is None for process in alive) and time.monotonic() < deadline and self.asked < 2:
            self._listen(0.1)
        for process in alive:
            processes.kill_group(process)
            if process.stdout:
                process.stdout.close()
        processes.end_orphans(set())
        self.selector.close()

    def _end_asked(self, sign: int, frame: FrameType | None) -> None:
        self.asked += 1

    def _look_after(self, seconds: float) -> None:
        self._listen(seconds)
        for program in self.programs:
            if program.process is None:
                if time.monotonic() >= program.due:
                    self._start(program)
            elif program.process.poll() is not None and not self.asked:
                self._ended(program, program.process)
        processes.reap_orphans({program.process.pid for program in self.programs if program.process})

    def _start(self, program: Program) -> None:
        program.start()
        output = program.process.stdout if program.process else None
        if output:
            os.set_blocking(output.fileno(), False)
            self.selector.register(output, selectors.EVENT_READ, program)

    def _ended(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        self._listen(0)
        # Its own children would keep the port, or go on working beside the new ones.
        processes.kill_group(process)
        if process.stdout:
            with suppress(KeyError):
                self.selector.unregister(process.stdout)
            process.stdout.close()
        if time.monotonic() - program.began > SOUND_SECONDS:
            program.pause = SHORTEST_PAUSE
        self.say(
            program.name, f"ended by itself ({ending(process.returncode)}); started again in {program.pause:.0f} s"
        )
        program.process, program.due = None, time.monotonic() + program.pause
        program.pause = min(program.pause * 2, LONGEST_PAUSE)

    def _listen(self, seconds: float) -> None:
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.selector.select(seconds):
            program: Program = key.data
            data = os.read(key.fd, 65536)
            for line in program.lines(data):
                self.say(program.name, line)
            if not data:
                self.selector.unregister(key.fileobj)


def ending(returncode: int) -> str:
    if returncode >= 0:
        return f"code {returncode}"
    return signal.Signals(-returncode).name
