"""What an ingest did, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.writer import IngestReport


def summary(report: IngestReport) -> str:
    """What an ingest did, in a line: ``60 ingested, 2 updated, 5 unchanged; 214 passages in 3.2 s``."""
    from qa_service.terminal import counted

    parts = [f"{report.ingested:,} ingested"]
    for name in ("updated", "unchanged", "copies", "withdrawn"):
        count = getattr(report, name)
        if count:
            parts.append(f"{count:,} {name}")
    if report.refused:
        parts.append(f"{len(report.refused):,} refused")
    taken = f" in {report.seconds:.1f} s" if report.seconds else ""
    return f"{', '.join(parts)}; {counted(report.passages, 'passage')}{taken}"
