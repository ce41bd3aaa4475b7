"""Memory and speed of reading web archives: ``python -m eval.bench_readers [--megabytes 20 2000] [--pages 300]``.

Each size is read in a process of its own, which reports its peak resident memory. The files are made on the fly: mostly
responses that are no pages (random bytes as pictures), with the pages spread among them, since extracting pages is far
slower than passing over bytes and would not change what is held.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.article import Record
from index.readers import ReadOptions, read_inputs

_PICTURE = 200_000
_WORDS = "harbour ferry council winter channel bridge storm quay county board market river".split()


def main() -> None:
    """Print one line a size, and the ratio of the largest peak to the smallest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[20, 2000])
    parser.add_argument("--pages", type=int, default=300, help="pages in each file")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read is not None:
        print(json.dumps(_read(given.read)))
        return
    peaks: list[float] = []
    for megabytes in given.megabytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made.warc"
            _write(path, megabytes, given.pages)
            command = [sys.executable, "-m", "eval.bench_readers", "--read", str(path)]
            done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
        peaks.append(done["peak_mb"])
        print(f"{megabytes} MB: {done}")
    print(f"largest peak / smallest: {max(peaks) / min(peaks):.3f}")


def _read(path: Path) -> dict[str, float]:
    started = time.monotonic()
    articles = sum(isinstance(item, Record) for item in read_inputs([str(path)], ReadOptions(max_bytes=5 << 20)))
    seconds = time.monotonic() - started
    # Of this program alone: getrusage would count what the one that started it held.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return {"articles": articles, "seconds": round(seconds, 1), "peak_mb": round(peak, 1)}


def _write(path: Path, megabytes: int, pages: int) -> None:
    chance = random.Random(megabytes)  # noqa: S311 - made-up pages, no secret
    pictures = megabytes * 1_000_000 // _PICTURE
    noise = chance.randbytes(_PICTURE)
    with path.open("wb") as file:
        written = 0
        for number in range(pictures):
            file.write(_response(f"https://a.example/{number}.png", "image/png", noise))
            while written < pages * (number + 1) // pictures:
                written += 1
                file.write(_response(f"https://a.example/{written}", "text/html", _page(written, chance)))


def _page(number: int, chance: random.Random) -> bytes:
    paragraphs = "".join(f"<p>The {' '.join(chance.choices(_WORDS, k=40))} of day {number}.</p>" for _ in range(8))
    head = f'<title>Report {number}</title><meta property="og:type" content="article">'
    return (
        f"<html><head>{head}</head><body><article><h1>Report {number}</h1>{paragraphs}</article></body></html>".encode()
    )


def _response(url: str, kind: str, body: bytes) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-10-02T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


if __name__ == "__main__":
    main()
