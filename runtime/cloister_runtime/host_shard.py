"""One shard in a fork: the parent relays its frames and takes back what it wrote at the end."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from .blocks import decode_blocks
from .frames import read_frame, read_frames, write_frame
from .host_input import JobInput
from .op import Block
from .op_code import takes_blocks
from .outputs import encode_outputs
from .process import die_with_parent, limit_memory


class ShardRunner:
    """`job`: what all shards share; a fork inherits it without a copy."""

    def __init__(self, function: Callable[..., Any], job: JobInput) -> None:
        self.function = function
        self.job = job

    def run(self, header: dict[str, Any], lead: bytes, stdin: BinaryIO, stdout: BinaryIO) -> None:
        to_child, from_parent = _pipe()
        to_parent, from_child = _pipe()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            for stream in (stdin, stdout, from_parent, to_parent):
                stream.close()
            self._run_child(header, lead, to_child, from_child)
        to_child.close()
        from_child.close()
        with _time_limit(child, self.job.job["limits"]["seconds"]):
            _relay(stdin, from_parent)
            is_complete = _collect(to_parent, stdout)
            if not is_complete:
                _kill(child)
            status = os.waitpid(child, 0)[1]
        _kill_group(child)
        write_frame(stdout, {"type": "exit", "ok": is_complete and status == 0})

    def _run_child(
        self, header: dict[str, Any], lead: bytes, stdin: BinaryIO, stdout: BinaryIO
    ) -> None:
        """Never returns: nothing of the parent's may run twice."""
        code = 1
        try:
            os.setpgid(0, 0)
            die_with_parent()
            limit_memory(self.job.job["limits"]["memoryBytes"])
            outputs = self._outputs(header, lead, stdin)
            for name, data in outputs.items():
                write_frame(stdout, {"type": "output", "name": name}, data)
            write_frame(stdout, {"type": "complete"})
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(BaseException):
                sys.stderr.flush()
                sys.stdout.flush()
            os._exit(code)

    def _outputs(self, header: dict[str, Any], lead: bytes, stdin: BinaryIO) -> dict[str, bytes]:
        context = self.job.context(header, lead)
        blocks = _blocks(stdin)
        result = (
            self.function(blocks, context)
            if takes_blocks(self.function)
            else self.function(context)
        )
        outputs = encode_outputs(result, self.job.job)
        # An op may stop early; the parent still has to get rid of the rest.
        for _ in blocks:
            pass
        return outputs


def _blocks(stream: BinaryIO) -> Iterator[Block]:
    for header, payload in read_frames(stream):
        if header["type"] == "end":
            return
        yield from decode_blocks(payload)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reader, writer = os.pipe()
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")


def _relay(stdin: BinaryIO, child: BinaryIO) -> None:
    """Frames up to `end`; what a dead child does not take is thrown away."""
    is_alive = True
    for header, payload in read_frames(stdin):
        if is_alive:
            try:
                write_frame(child, header, payload)
            except OSError:
                is_alive = False
        if header["type"] == "end":
            break
    else:
        os._exit(1)  # the feeder is gone
    with contextlib.suppress(OSError):
        child.close()


def _collect(child: BinaryIO, stdout: BinaryIO) -> bool:
    """Hand the outputs on; whether the child said that they are complete."""
    with child:
        while (frame := read_frame(child)) is not None:
            header, payload = frame
            if header["type"] == "complete":
                return True
            write_frame(stdout, {"type": "output", "name": str(header["name"])}, payload)
    return False


@contextlib.contextmanager
def _time_limit(child: int, seconds: float) -> Iterator[None]:
    """Wall time: a sleeping op counts too."""
    previous = signal.signal(signal.SIGALRM, lambda *_: _kill(child))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _kill(child: int) -> None:
    """The child and what it started; it may not have a group of its own yet."""
    _kill_group(child)
    with contextlib.suppress(OSError):
        os.kill(child, signal.SIGKILL)


def _kill_group(child: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
