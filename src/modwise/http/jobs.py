"""Long work beside the server: each job runs in a process of its own kind of life, with progress, results in its folder, and an end.

    jobs = Jobs(home)
    received = await uploads.receive(request, home)
    job = jobs.start("check", received, {"payer": "medicare-part-b"}, owner="biller")
    job = jobs.get(job.id, owner="biller")     # state, done, total, results, error
    job.path("findings.csv")                    # a result file

A process, not a thread: the engine keeps both processors busy, and a thread of it would hold up every page; a process can be stopped at
any moment, gives its memory back, and when it dies the server lives and says so. A process is kept for the next job, since starting one
costs more than checking a small file. What a kind of job does stands in `modwise.http.works`.

The record of a job lies in its folder, so that a job outlives a page and a restart of the server.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modwise.errors import UsageError
from modwise.home import data_home
from modwise.http import kept, workroom
from modwise.http.process import Died, Process, Took
from modwise.http.uploads import Received, Stored
from modwise.http.workroom import Folder, not_there

Json = dict[str, Any]

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
# No work: files that wait for whoever sent them to say what is to become of them.
HELD = "held"
ENDED = frozenset({DONE, FAILED, CANCELLED})
DAY = 86_400.0
HOUR = 3_600.0
IDLE = 300.0
MOST_WAITING = 50
# What a browser is told of the files in a folder; a name that is not here is not given out.
MEDIA: Mapping[str, str] = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".sarif": "application/sarif+json",
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}


@dataclass
class Job:
    """A job as it stands: what it is, how far it is, what came of it. `done` of `total` are bytes read."""

    id: str
    owner: str
    kind: str
    created: str
    state: str = WAITING
    done: int = 0
    total: int = 0
    files: list[Json] = field(default_factory=list)
    terms: Json = field(default_factory=dict)
    summary: Json = field(default_factory=dict)
    results: list[str] = field(default_factory=list)
    error: Json | None = None
    folder: Path = field(default=Path(), repr=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    def as_dict(self) -> Json:
        """As the JSON has it: all but where it lies."""
        return {name: value for name, value in asdict(self).items() if name not in ("folder", "owner")}

    def path(self, name: str) -> Path:
        """A result file; it may be written only now, so do not ask in the event loop. Raises NotThere for a name that is no result of this job."""
        if name not in self.results or Path(name).suffix not in MEDIA:
            raise not_there()
        return kept.made(self.folder, name, self.summary) if name in kept.WRITERS else self.folder / name

    def inside(self, name: str) -> Path:
        """A file of the job's own that is not given out, such as its table of findings. Raises NotThere."""
        path = self.folder / name
        if self.state != DONE or Path(name).name != name or not path.is_file():
            raise not_there()
        return path


class Jobs:
    """The jobs of a server. `workers` run at once; what ended is kept `keep` seconds; a job may take `longest` seconds."""

    def __init__(self, home: Path | None = None, *, workers: int = 2, keep: float = DAY, longest: float = HOUR) -> None:
        self.home = home
        self.keep = keep
        self.longest = longest
        self._workers = workers
        self._live: dict[str, _Live] = {}
        self._lock = threading.Lock()
        self._queue: queue.Queue[_Live | None] = queue.Queue()
        self._threads: list[threading.Thread] = []
        self._closed = False
        if (data_home(home) / workroom.ROOM).is_dir():
            # What an earlier life of the server left behind.
            self.sweep()

    # ---- what the fronts call

    def start(self, kind: str, received: Received, terms: Mapping[str, Any], owner: str = "local") -> Job:
        """Begins a job on what was received; the folder is the job's from now on. Raises UsageError when too many wait."""
        self.sweep()
        with self._lock:
            busy = sum(not live.job.ended for live in self._live.values())
            if self._closed or busy >= MOST_WAITING:
                received.clear()
                error = UsageError("too much work is waiting", hint="Wait until some of it is done.", code="too-busy")
                error.status = 503
                raise error
            files = [_file(one) for one in received.files]
            job = Job(received.folder.id, owner, kind, _now(), files=files, terms=dict(terms), folder=received.folder.path)
            job.total = sum(one.size for one in received.files)
            live = _Live(job, received.folder)
            self._live[job.id] = live
            live.save()
            self._begin_threads()
        self._queue.put(live)
        return job

    def hold(self, received: Received, owner: str = "local") -> str:
        """Keeps what was received until it is claimed or a day is over; its number."""
        files = [_file(one) for one in received.files]
        folder = received.folder
        job = Job(folder.id, owner, HELD, _now(), DONE, files=files, terms=dict(received.fields), folder=folder.path)
        _Live(job, folder).save()
        return folder.id

    def claim(self, number: str, owner: str = "local") -> Received:
        """What was held, the caller's from now on. Raises NotThere for none, or somebody else's."""
        job = self.get(number, owner, HELD)
        files = [Stored(one["field"], job.folder / one["name"], one["label"], one["size"]) for one in job.files]
        (job.folder / workroom.RECORD).unlink(missing_ok=True)
        return Received(Folder(job.folder), files, dict(job.terms))

    def get(self, number: str, owner: str = "local", kind: str | None = None) -> Job:
        """The job of that number. Raises NotThere for none, somebody else's, or one of another kind."""
        live = self._live.get(number)
        job = live.job if live else self._kept(workroom.find(number, self.home))
        if not secrets.compare_digest(job.owner.encode(), owner.encode()) or kind not in (None, job.kind):
            raise not_there()
        return job

    def mine(self, owner: str = "local", kind: str | None = None) -> list[Job]:
        """The owner's jobs, the newest first."""
        found = []
        for folder in workroom.folders(self.home):
            with suppress(workroom.NotThere):
                found.append(self.get(folder.id, owner))
        return sorted((job for job in found if kind in (None, job.kind)), key=lambda job: job.created, reverse=True)

    def wait(self, number: str, seconds: float, owner: str = "local") -> Job:
        """The job once it has ended, or as it stands after so many seconds. Blocks: call it in a thread."""
        job = self.get(number, owner)
        if live := self._live.get(number):
            live.over.wait(seconds)
        return job

    def cancel(self, number: str, owner: str = "local") -> Job:
        """Stops a job; one that has ended stays as it is."""
        job = self.get(number, owner)
        if live := self._live.get(number):
            live.cancel()
        return job

    def remove(self, number: str, owner: str = "local") -> int:
        """Stops a job and removes its folder; the bytes that went."""
        job = self.cancel(number, owner)
        self.wait(number, 10, owner)
        self._live.pop(number, None)
        return Folder(job.folder).clear()

    def sweep(self) -> Json:
        """Clears what ended, or was left lying, longer ago than is kept: {folders, bytes}."""
        with self._lock:
            going = frozenset(number for number, live in self._live.items() if not live.job.ended)
        gone = workroom.sweep(self.keep, self.home, but=going)
        with self._lock:
            for number in [number for number, live in self._live.items() if not live.job.folder.is_dir()]:
                del self._live[number]
        return gone

    def close(self) -> None:
        """Stops all work; jobs that were running are recorded as stopped."""
        self._closed = True
        for live in list(self._live.values()):
            live.cancel()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(10)

    # ---- inside

    def _kept(self, folder: Folder) -> Job:
        """A job of an earlier life of the server."""
        record = folder.read_record()
        if record is None:
            raise not_there()
        job = Job(**record, folder=folder.path)
        if not job.ended:
            job.state, job.error = FAILED, _error("stopped", "The server was stopped while this was running.", "Start it again.")
        return job

    def _begin_threads(self) -> None:
        while len(self._threads) < self._workers:
            thread = threading.Thread(target=self._serve, name=f"jobs-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self) -> None:
        process: Process | None = None
        while True:
            try:
                live = self._queue.get(timeout=IDLE if process else HOUR)
            except queue.Empty:
                # Nobody wants anything: the memory goes back, and what is old goes.
                _close(process)
                process = None
                self.sweep()
                continue
            if live is None:
                _close(process)
                return
            process = process or Process()
            if not live.run(process, self.longest, self.home):
                _close(process)
                process = None


class _Live:
    """A job of this life of the server."""

    def __init__(self, job: Job, folder: Folder) -> None:
        self.job = job
        self.folder = folder
        self.over = threading.Event()
        self._process: Process | None = None
        self._unwanted = False
        self._before, self._of_file = 0, 0
        self._lock = threading.Lock()

    def save(self) -> None:
        record = asdict(self.job)
        del record["folder"]
        # The folder may have been removed by whoever cancelled.
        with suppress(OSError):
            self.folder.write_record(record)

    def cancel(self) -> None:
        with self._lock:
            self._unwanted = True
            if self._process is not None:
                self._process.kill()
            elif self.job.state == WAITING:
                self._end(CANCELLED)

    def run(self, process: Process, longest: float, home: Path | None) -> bool:
        """Runs the job in the process; whether the process can be used again."""
        with self._lock:
            if self._unwanted:
                return True
            self._process = process
            self.job.state = RUNNING
            self.save()
        answer = self._answer(process, longest, home)
        with self._lock:
            self._process = None
            if self._unwanted and "summary" not in answer:
                self._end(CANCELLED)
            elif "summary" in answer:
                self.job.summary, self.job.results, self.job.done = answer["summary"], answer["results"], self.job.total
                self._end(DONE)
            else:
                self.job.error = answer["error"]
                self._end(FAILED)
        return process.alive and not answer.get("large")

    def _answer(self, process: Process, longest: float, home: Path | None) -> Json:
        job = self.job
        order = {
            "kind": job.kind,
            "folder": str(job.folder),
            "files": job.files,
            "terms": job.terms,
            "home": None if home is None else str(home),
            "owner": job.owner,
        }
        try:
            return process.run(order, self._progress, longest)
        except Died as died:
            why = _error(
                "worker-ended",
                f"The process that did this work ended before it was done ({died}).",
                "Try again; if it happens again, split the file, or use the command line on a machine with more memory.",
            )
        except Took:
            why = _error("too-long", f"This took longer than {longest / 60:.0f} minutes and was stopped.", "Split the file.")
        return {"error": why}

    def _progress(self, done: int, _: int) -> None:
        # Told of one file after the other: a smaller figure begins the next one.
        if done < self._of_file:
            self._before += self._of_file
        self._of_file = done
        self.job.done = min(self._before + done, self.job.total)

    def _end(self, state: str) -> None:
        self.job.state = state
        self.save()
        self.over.set()


def _file(one: Stored) -> Json:
    return {"name": one.path.name, "field": one.field, "label": one.label, "size": one.size}


def _close(process: Process | None) -> None:
    if process is not None:
        process.close()


def _error(code: str, message: str, hint: str) -> Json:
    """The one shape of errors."""
    return {
        "ok": False,
        "error": message,
        "errors": [{"code": code, "where": "", "message": message, "hint": hint}],
        "status": 500,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
