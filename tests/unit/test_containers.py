"""Zip and tar: what is in them is read under its own name, and nothing hostile gets further than a refusal."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from index.article import Checkpoint, Item, Record
from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs
from index.readers.containers import UnpackLimits, read_tar, read_zip
from index.readers.text import read_text

FILES = {
    "north/one.txt": b"The bridge at Orsk is open.",
    "two.jsonl": b'{"id": "j1", "text": "It rained."}\n{"id": "j2"}\n',
    ".hidden.txt": b"not seen",
    "odd.bin": b"???",
}
TARS = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz", ".tar.zst": "w"}


def packed(folder: Path, ending: str, files: dict[str, bytes]) -> Path:
    path = folder / f"pack{ending}"
    if ending == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path
    with tarfile.open(path, TARS[ending]) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    if ending == ".tar.zst":
        path.write_bytes(zstandard.ZstdCompressor().compress(path.read_bytes()))
    return path


def read(path: Path, resume: int | None = None) -> list[Item]:
    follow = None if resume is None else (lambda name, state: resume)
    return list(read_inputs([str(path)], ReadOptions(max_bytes=2_000, resume_from=follow)))


@pytest.mark.parametrize("ending", [".zip", *TARS])
def test_entries_are_read_under_their_own_names(tmp_path: Path, ending: str) -> None:
    path = packed(tmp_path, ending, FILES)
    items = read(path)
    assert [item.id for item in items if isinstance(item, Record)] == ["north/one.txt", "j1"]
    assert [item.name for item in items if isinstance(item, InputRefused)] == [
        f"{path}!/two.jsonl:2",
        f"{path}!/odd.bin",
    ]
    assert [item.id for item in read(path, resume=1) if isinstance(item, Record)] == ["j1"]
    assert [item.position for item in read(path, resume=1) if isinstance(item, Checkpoint)] == [2, 3, None]


@pytest.mark.parametrize("ending", [".zip", ".tar"])
@pytest.mark.parametrize("name", ["/etc/a.txt", "../a.txt", "x/../../a.txt", "C:/a.txt", "..\\a.txt"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, ending: str, name: str) -> None:
    refused, good = read(packed(tmp_path, ending, {name: b"text", "good.txt": b"text"}))
    assert isinstance(refused, InputRefused) and "leads out" in refused.reason
    assert isinstance(good, Record) and sorted(p.name for p in tmp_path.iterdir()) == [f"pack{ending}"]


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "pack.tar"
    with tarfile.open(path, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind!r}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert [str(item).rsplit(": ", 1)[1] for item in read(path)] == ["a link or a device"] * 4
    path = tmp_path / "pack.zip"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (refused,) = read(path)
    assert isinstance(refused, InputRefused) and "a link" in refused.reason


def test_encrypted_nested_empty_and_damaged(tmp_path: Path) -> None:
    inner = packed(tmp_path, ".zip", {"a.txt": b"text"}).read_bytes()
    refused, good = read(packed(tmp_path, ".tar", {"in.zip": inner, "b.txt": b"text"}))
    assert isinstance(refused, InputRefused) and "inside an archive" in refused.reason and isinstance(good, Record)
    locked = bytearray(inner)
    locked[6] |= 1
    locked[inner.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "locked.zip"
    path.write_bytes(locked)
    (refused,) = read(path)
    assert isinstance(refused, InputRefused) and refused.reason == "is encrypted"
    (refused,) = read(packed(tmp_path, ".zip", {}))
    assert isinstance(refused, InputRefused) and "empty" in refused.reason
    path = packed(tmp_path, ".tar.gz", {"a.txt": b"text", "b.txt": bytes(range(256)) * 400})
    path.write_bytes(path.read_bytes()[:-200])
    items = read(path)
    assert isinstance(items[0], Record) and isinstance(items[-1], InputRefused)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (UnpackLimits(entries=1, ratio=10**6), "over 1 entries"),
        (UnpackLimits(entry_bytes=1000), "over 1,000 bytes unpacked"),
        (UnpackLimits(total_bytes=1000), "unpacks to over 1,000 bytes"),
        (UnpackLimits(), "over 200 times its size"),
    ],
)
@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_bombs_are_defused(tmp_path: Path, ending: str, limits: UnpackLimits, reason: str) -> None:
    path = packed(tmp_path, ending, {f"{n}.txt": bytes(3_000_000) for n in range(3)})
    reader = read_zip if ending == ".zip" else read_tar
    items = list(reader(path, lambda inside, name: iter([read_text(inside, name, 2_000)]), None, limits))
    assert any(isinstance(item, InputRefused) and reason in item.reason for item in items), items


def test_a_gzip_header_that_is_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cut.tar.gz"
    path.write_bytes(b"\x1f\x8b\x08\x04\0\0\0\0\0\0")
    (refused,) = read_inputs([str(path)], ReadOptions(max_bytes=1000))
    assert isinstance(refused, InputRefused) and "gzip" in refused.reason
