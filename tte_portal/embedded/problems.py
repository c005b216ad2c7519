"""What keeps the services from starting, said in one clear sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Problem(Exception):
    """Holds the sentence the person at the terminal reads instead of a traceback."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what the operating system refuses around `path` into a Problem."""
    try:
        yield
    except OSError as error:
        raise Problem(sentence(error, path)) from error


def sentence(error: OSError, path: Path) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full: nothing more can be written to {path}. Make room and start again."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"{path} cannot be written. Give this user the right to, or set TTE_VAR to another folder."
        case errno.ENAMETOOLONG:
            return f"The path {path} is too long. Set TTE_VAR to a folder with a shorter path."
        case errno.ENOTDIR | errno.EEXIST:
            return f"{path} should be a folder and is something else. Move it away, or set TTE_VAR to another folder."
        case _:
            return f"{path}: {error.strerror or error}."
