"""The feeder's side of the host: starts it, feeds a shard, takes its outputs; believes nothing that
it says."""

import json
import os
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .frames import Frame, read_frame, write_frame

GRACE_SECONDS = 10
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")
_PASSED_ON_PREFIXES = ("PYTHON", "OPENBLAS_", "LC_", "CLOISTER_SANDBOX")


class HostGone(Exception):
    """The host died or broke the protocol; a fresh one may go on."""


class OpNotLoaded(Exception):
    """The op's code cannot be imported."""


class Host:
    def __init__(self, argv: list[str], stderr: Path) -> None:
        with stderr.open("ab") as log:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=_environment()
            )

    def load(self, job: dict[str, Any], files: dict[str, str], shared: Iterable[Frame]) -> None:
        """Hand over the code and what all shards share."""
        self._send({"type": "load", **job}, json.dumps(files).encode())
        answer, _ = self._receive()
        if answer.get("type") != "ready":
            raise HostGone("no ready")
        if answer.get("loaded") is not True:
            raise OpNotLoaded
        for header, payload in shared:
            self._send(header, payload)

    def run(self, begin: Frame, blocks: Iterable[bytes], seconds: float) -> dict[str, bytes] | None:
        """Outputs by name, or None when the op failed on this shard.

        The host keeps the time limit; one that does not is killed a little later.
        """
        timer = threading.Timer(seconds * 1.1 + GRACE_SECONDS, self._process.kill)
        timer.start()
        try:
            return self._run(begin, blocks)
        finally:
            timer.cancel()

    def _run(self, begin: Frame, blocks: Iterable[bytes]) -> dict[str, bytes] | None:
        self._send(*begin)
        for payload in blocks:
            self._send({"type": "blocks"}, payload)
        self._send({"type": "end"})
        outputs: dict[str, bytes] = {}
        while True:
            header, payload = self._receive()
            if header.get("type") == "output":
                outputs[str(header.get("name"))] = payload
            elif header.get("type") == "exit":
                return outputs if header.get("ok") is True else None
            else:
                raise HostGone("an unknown frame")

    def close(self) -> None:
        """Its end of input ends it; a host that does not leave is killed."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        if self._process.stdin is None:
            raise HostGone("no input")
        try:
            write_frame(self._process.stdin, header, payload)
        except OSError as error:
            raise HostGone(str(error)) from error

    def _receive(self) -> Frame:
        if self._process.stdout is None:
            raise HostGone("no output")
        try:
            frame = read_frame(self._process.stdout)
        except (ValueError, OverflowError, MemoryError) as error:
            raise HostGone(str(error)) from error
        if frame is None or not isinstance(frame[0], dict):
            raise HostGone("the end of its output")
        return frame


def _environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
