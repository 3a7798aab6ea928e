"""Log lines of many sites from many processes: each carries its site's key, and all come out at the run's stderr in one form.

A worker writes its lines into a file on the desk, the run reads them from there and hands them to its own handlers: it is the same for a
process of this machine and for a worker of a cluster, and what a worker said before it died is not lost.
"""

from __future__ import annotations

import contextlib
import logging
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

_SITE: ContextVar[str] = ContextVar("site", default="")
_LEVELS = {"DEBUG": "调试", "INFO": "信息", "WARNING": "注意", "ERROR": "错误", "CRITICAL": "严重"}
_ZONE = ZoneInfo("Asia/Shanghai")


def name_site(key: str) -> None:
    """Every line of this task of the event loop, and of the tasks it starts, is about site ``key`` from now on."""
    _SITE.set(key)


def _site(record: logging.LogRecord) -> str:
    return str(getattr(record, "site", "") or _SITE.get())


class Lines(logging.Formatter):
    """``2026-08-20 22:00:01 信息 [6200000001] words``, Asia/Shanghai."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback follows on lines of its own."""
        moment = datetime.fromtimestamp(record.created, _ZONE).strftime("%Y-%m-%d %H:%M:%S")
        site = _site(record)
        line = f"{moment} {_LEVELS.get(record.levelname, record.levelname)} {f'[{site}] ' if site else ''}{record.getMessage()}"
        fault = _fault(record)
        return f"{line}\n{fault}" if fault else line


class Objects(logging.Formatter):
    """One JSON object a line: time, level, logger, site (where it is about one), message, fault (a traceback)."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; fields that have nothing to say are left out."""
        said = {
            "time": datetime.fromtimestamp(record.created, _ZONE).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "site": _site(record),
            "message": record.getMessage(),
            "fault": _fault(record),
        }
        return orjson.dumps({key: value for key, value in said.items() if value}).decode()


def _fault(record: logging.LogRecord) -> str:
    if record.exc_info and not record.exc_text:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
    return record.exc_text or ""


class ToDesk(logging.Handler):
    """A worker's lines about its sites, written to ``path`` as they come."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.INFO)
        self._file = path.open("ab", buffering=0)

    def emit(self, record: logging.LogRecord) -> None:
        """One line; a disk that takes no more is told by the evidence itself."""
        line = {
            "name": record.name,
            "level": record.levelno,
            "created": record.created,
            "site": _site(record),
            "message": record.getMessage(),
            "fault": _fault(record),
        }
        with contextlib.suppress(OSError):
            self._file.write(orjson.dumps(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class FromDesk:
    """Reads the workers' lines as they come and logs them here."""

    def __init__(self) -> None:
        self._places: dict[Path, int] = {}

    def pass_on(self, paths: list[Path]) -> None:
        """Log every whole line that is new in these files."""
        for path in paths:
            with contextlib.suppress(OSError), path.open("rb") as file:
                file.seek(self._places.get(path, 0))
                new = file.read()
                whole = new[: new.rfind(b"\n") + 1]
                self._places[path] = self._places.get(path, 0) + len(whole)
                for line in whole.splitlines():
                    _relay(orjson.loads(line))


def _relay(said: dict[str, object]) -> None:
    logger = logging.getLogger(str(said["name"]))
    if logger.isEnabledFor(int(str(said["level"]))):
        fields = {"levelno": said["level"], "levelname": logging.getLevelName(int(str(said["level"]))), "msg": said["message"]}
        record = logging.makeLogRecord({**fields, "name": said["name"], "created": said["created"], "site": said["site"]})
        record.exc_text = str(said["fault"]) or None
        logger.handle(record)
