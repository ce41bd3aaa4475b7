"""Lines that an outlet repeats over its articles are learned as furniture; background paragraphs and copies are not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from index.article import Record
from index.learned import REASON, is_repeated
from index.passages import SplitOptions
from index.writer import Writer
from tests.archives import EMBEDDER, open_store

BOX = "Harbour Courier Plus: the tides of the week"
TAIL = "Rosa and the night desk wish you a calm week"


def article(n: int, *, box: bool = True, outlet: str = "Courier", extra: str = "") -> Record:
    body = (
        f"The council of district {n} met on day {n} of the month to speak about road number {n * 7}.\n"
        f"A majority of {n + 3} members voted for the plan, which will cost {n * 11} thousand crowns in all.\n"
        f"Work on the road begins in week {n + 1}, and it will take {n + 2} months until cars may use it again."
    )
    text = f"{BOX}\n{body}{extra}\n{TAIL}" if box else body + extra
    return Record(id=f"{outlet}-{n}", text=text, source=outlet)


def reasons(path: Path, article_id: str, records: list[Record]) -> dict[str, str]:
    with closing(open_store(path)) as store:
        writer = Writer(store, EMBEDDER, SplitOptions())
        for record in records:
            writer.ingest([record])
        stored = store.catalogue.article(article_id).article
        return {stored.text[slice(*one.span)]: one.reason for one in stored.removed}


def test_a_line_at_the_edge_of_many_articles_is_furniture(tmp_path: Path) -> None:
    found = reasons(tmp_path, "Courier-6", [article(n) for n in range(1, 7)])
    assert found[BOX] == found[TAIL] == REASON


def test_the_first_articles_and_other_outlets_tell_nothing(tmp_path: Path) -> None:
    records = [article(n) for n in range(1, 4)] + [article(n, outlet="Mail") for n in range(1, 4)]
    assert reasons(tmp_path, "Mail-3", records).get(BOX) != REASON


def test_background_in_some_articles_stays(tmp_path: Path) -> None:
    background = (
        "\nThe old road was closed in 2019 after a landslide had taken away half of it near the quarry of Sorrel."
    )
    records = [article(n, extra=background if n % 3 == 0 else "", box=False) for n in range(1, 16)]
    assert background.strip() not in reasons(tmp_path, "Courier-15", records)


def test_one_text_under_many_ids_is_no_furniture(tmp_path: Path) -> None:
    records = [Record(id=f"c{n}", text=article(1).text, source="Courier") for n in range(8)]
    assert REASON not in reasons(tmp_path, "c7", records).values()


def test_how_often_is_often() -> None:
    assert is_repeated("Follow the Courier", 4, 40)
    assert not is_repeated("Follow the Courier", 3, 3)
    assert not is_repeated("Follow the Courier", 4, 41)
    assert not is_repeated("The road was closed in 2019.", 9, 20)
    assert is_repeated("The road was closed in 2019.", 10, 20)
