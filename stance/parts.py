"""Parts: work on more than memory holds, a part at a time, each outcome kept until all are there.

A run that was stopped goes on with the parts that are missing. The work is done here, or by a Dask cluster.
"""

import csv
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

import stance
from stance.files import InputError, written_whole
from stance.tables import check_folder, read_text, write_table, write_text

AHEAD = 256  # parts that a cluster is given before any is done: no worker waits, and few are in memory
PATIENCE = 30  # seconds until a cluster must have answered with a worker

Note = tuple[str, ...]
Work = Callable[..., tuple[pd.DataFrame, list[Note]]]


@contextmanager
def outcomes(
    work: Work, given: Iterable[tuple[Any, ...]], output: str | Path, engine: str = "", total: int | None = None
) -> Iterator[list[Path]]:
    """The tables that `work` gives, with notes, for each of the arguments `given`, in their order; they are kept until
    the block ends without an error.

    They lie in `.NAME.parts` beside the output, under names that are made from the arguments: a part is worked on again
    only where these are others. `engine` is empty for this process, `dask` for one on each core of this machine, or
    `dask:ADDRESS` for the workers of a scheduler. Raises InputError for another engine, and where a cluster is lost.
    """
    name, _, address = engine.partition(":")
    if name not in ("", "dask"):
        raise InputError(f"dask or dask:ADDRESS, not {engine!r:.60}", field="engine")
    printed, output = str(output) == "-", Path(output)
    if not printed:
        check_folder(output.parent)
    beside = tempfile.TemporaryDirectory() if printed else nullcontext(output.parent / f".{output.name}.parts")
    with beside as folder, tqdm(total=total, unit="part", leave=False, disable=None) as bar:
        tables: list[Path] = []

        def missing() -> Iterator[tuple[Path, tuple[Any, ...]]]:
            for place, arguments in enumerate(given):
                key = _key(stance.__version__, work.__qualname__, arguments)
                tables.append(Path(folder) / f"{place:06}-{key}{'.csv' if printed else output.suffix}")
                if tables[-1].is_file():
                    bar.update()
                else:
                    yield tables[-1], arguments

        done = _by_cluster(work, missing(), address) if name else ((path, work(*rest)) for path, rest in missing())
        for path, (rows, notes) in done:
            write_text(json.dumps(notes), path.with_suffix(".json"))
            write_table(rows, path)  # last: where it is, the part is finished
            bar.update()
        yield tables
    shutil.rmtree(folder, ignore_errors=True)


def notes_of(table: Path) -> list[Note]:
    """The notes of the work that gave one of the tables of `outcomes`."""
    return [tuple(note) for note in json.loads(read_text(table.with_suffix(".json")))]


def _key(*arguments: Any) -> str:
    def plain(value: Any) -> str:
        if isinstance(value, pd.DataFrame):
            return value.to_json(orient="split", double_precision=15, default_handler=str)
        return repr(value)

    return hashlib.sha256(json.dumps(arguments, default=plain).encode()).hexdigest()[:16]


def _by_cluster(
    work: Work, missing: Iterator[tuple[Path, tuple[Any, ...]]], address: str
) -> Iterator[tuple[Path, Any]]:
    """What a scheduler's workers give for each part, as each is done; a part of one that is lost goes to another.

    Without an address the cluster is this machine, with a worker a core.
    """
    try:
        from distributed import Client, LocalCluster, wait
        from distributed.client import FuturesCancelledError
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise InputError("Dask (pip install 'stance-notebooks[dask]')", field="engine") from error
    lost = (OSError, FuturesCancelledError, KilledWorker, ModuleNotFoundError, TimeoutError)
    running: dict[Any, Path] = {}
    try:
        cluster = nullcontext(address) if address else LocalCluster(threads_per_worker=1, dashboard_address=None)
        with cluster as place, Client(place, timeout=PATIENCE) as client:
            client.wait_for_workers(1, timeout=PATIENCE)
            while True:
                for path, arguments in islice(missing, AHEAD - len(running)):
                    running[client.submit(work, *arguments, key=path.stem, pure=False)] = path
                if not running:
                    return
                for future in wait(list(running), return_when="FIRST_COMPLETED").done:
                    yield running.pop(future), future.result()
    except lost as error:
        raise InputError(
            f"a scheduler and workers that answer, each with stance ({type(error).__name__}: {error}); "
            "what was finished is kept, and the same command goes on from there", address, field="engine"
        ) from error  # fmt: skip


def write_joined(tables: list[Path], output: str | Path) -> None:
    """Write tables of the same columns, one after another, as one to `output`, or `-`; one in memory at a time."""
    if str(output) == "-":
        _join_csv(tables, sys.stdout)
        return
    with written_whole(output) as beside:
        if beside.suffix == ".parquet":
            _join_parquet(tables, beside)
            return
        with beside.open("w", encoding="utf-8", newline="") as file:
            if beside.suffix == ".csv":
                _join_csv(tables, file)
            else:
                file.writelines(read_text(table) for table in tables)


def _join_csv(tables: list[Path], file: Any) -> None:
    for number, table in enumerate(tables):
        with table.open(encoding="utf-8", newline="") as rows:
            if number:
                next(csv.reader(rows))
            file.writelines(rows)


def _join_parquet(tables: list[Path], path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schemas = [parquet.read_schema(table) for table in tables]
        schema = pa.unify_schemas(schemas, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"columns of one type in all rows ({error})", path) from error
    with parquet.ParquetWriter(path, schema) as file:
        for table in tables:
            file.write_table(parquet.read_table(table, schema=schema))
