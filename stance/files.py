"""Files and folders: what is read is of a size and shape that cannot hurt, what is written is whole or not there."""

import ctypes
import glob
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

try:
    import fcntl
except ImportError:  # Windows has no such locks; there, what a killed run leaves is not swept
    fcntl = None  # type: ignore[assignment]

# What a file from outside may hold at most: far more than any use, and little enough for the memory of a laptop.
LARGEST = 1_000_000_000  # bytes of a file, and of the words that a table becomes
DEEPEST = 50  # levels of JSON
BEGUN, WORK = "begun", ".work"  # in a folder beside what is being written, while it is not whole; how that one ends
# What a terminal obeys instead of showing it, what turns the direction of words, and halves of characters.
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class InputError(ValueError):
    """Something that the user gave is not as expected. `str(error)` is one line: file, line, field, expectation."""

    def __init__(self, expected: str, file: object = "", line: int | None = None, field: str = ""):
        place = ":".join(str(part) for part in (file, line) if part not in ("", None))
        message = ": ".join(part for part in (place, field, expected) if part)
        super().__init__(printable(" ".join(message.split())))


def printable(text: str) -> str:
    """The text with what a terminal would obey, and what turns the direction of words, written out in ASCII."""
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


# Read -----------------------------------------------------------------------------------------------------------------


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a file. Raises InputError where it is missing, too large, or a pipe, which may never end."""
    with opened(path) as file:
        if (size := Path(path).stat().st_size) > LARGEST:
            raise InputError(f"at most {LARGEST:,} bytes, not {size:,}", path)
        return file.read()


def opened(path: str | Path) -> BinaryIO:
    """A file opened to be read as bytes. Raises InputError where it is missing, or a pipe, which may never end."""
    path = Path(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise InputError("a file, not a pipe or device", path)
        return path.open("rb")
    except OSError as error:
        raise InputError(f"a readable file ({error.strerror})", path) from error


def parsed(text: str | bytes, path: object = "", line: int | None = None) -> Any:
    """What a JSON text holds. Raises InputError for one that is broken, has halves of characters, or is too deep."""
    try:
        value = json.loads(text)
        if (b"\\u" if isinstance(text, bytes) else "\\u") in text:  # type: ignore[operator]
            json.dumps(value, ensure_ascii=False).encode()  # an escape may stand for half a character: no text
        level = [value]
        for _ in range(DEEPEST):
            level = [inner for one in level if isinstance(one, (dict, list))
                     for inner in (one.values() if isinstance(one, dict) else one)]  # fmt: skip
        if level:
            raise RecursionError
    except RecursionError as error:
        raise InputError(f"JSON of at most {DEEPEST} levels", path, line) from error
    except ValueError as error:
        raise InputError(f"a JSON object ({error})", path, line) from error
    return value


# Written --------------------------------------------------------------------------------------------------------------


@contextmanager
def written_whole(path: str | Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` only when the block ends without an error, and is
    on the disk by then. Raises OSError naming `path` where the disk is full.
    """
    path = Path(path)
    with _workplace(path) as place:
        beside = place / path.name
        try:
            yield beside
            _to_disk(beside)
            beside.replace(path)
            _to_disk(path.parent)
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), error.filename or str(path)) from error


@contextmanager
def written_folder(folder: str | Path) -> Iterator[Path]:
    """An empty folder beside `folder` to write to, which takes its place, all files at once, only when the block ends
    without an error. What `folder` held and the new one does not is kept, in the new one. Raises as `written_whole`.
    """
    folder = Path(folder).resolve()
    if (folder.exists() and not folder.is_dir()) or folder in (Path.cwd(), *Path.cwd().parents):
        raise InputError("the name of a folder, and not of the one that this is run in", folder)
    with _workplace(folder) as place:
        new, begun = place / "new", place / BEGUN
        begun.touch()
        new.mkdir()
        try:
            yield new
            for path in [*new.rglob("*"), new]:
                _to_disk(path)
            begun.unlink()  # from here on what lies in `new` or `old` is what `folder` held, or copies
            if not folder.exists():
                new.rename(folder)
            elif not _exchanged(new, folder):
                folder.rename(place / "old")
                new.rename(folder)
            _to_disk(folder.parent)
        except OSError as error:
            raise OSError(
                error.errno, error.strerror or str(error), error.filename or printable(str(folder))
            ) from error


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """A hidden folder beside `target`, locked as long as we live; those that killed runs left are swept before."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob(f".{glob.escape(target.name)}.*{WORK}"):
            _sweep(left, target)
        place = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=WORK))
    except OSError as error:
        raise InputError(f"a folder that can be written to, not {error.strerror}", target.parent) from error
    lock = os.open(place, os.O_RDONLY) if fcntl else None
    if lock is not None:
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield place
    finally:
        _cleared(place, target)
        if lock is not None:
            os.close(lock)


def _sweep(place: Path, target: Path) -> None:
    """Clear what a run has left that is no longer alive; one that has only just begun may not have its lock yet."""
    with suppress(OSError):
        if fcntl and abs(time.time() - place.stat().st_mtime) > 60:
            lock = os.open(place, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _cleared(place, target)
            finally:
                os.close(lock)


def _cleared(place: Path, target: Path) -> None:
    """Remove a workplace; what `target` held before it was exchanged, and does not hold now, goes back there."""
    if not (place / BEGUN).exists():
        for before in (place / "new", place / "old"):
            if before.is_dir() and not target.exists():
                before.rename(target)
            for path in before.iterdir() if before.is_dir() else ():
                if not (target / path.name).exists():
                    path.rename(target / path.name)
    shutil.rmtree(place, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders could be exchanged in one step, as Linux can on most of its file systems."""
    try:
        return not ctypes.CDLL(None).renameat2(-100, os.fsencode(one), -100, os.fsencode(other), 2)
    except (AttributeError, OSError, TypeError):
        return False


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk, where the system can say so."""
    if path.is_dir() and not fcntl:
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
