"""The demo gold set keeps its own promises: counts, verbatim quotes, balanced halves, original prose."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
DEMO = CHECKOUT / "eval" / "gold" / "demo"
SEEDS = CHECKOUT.parent / "shared" / "data" / "seeds"

PROMISED = {"fact": 55, "time": 45, "conflict": 20, "copies": 12, "correction": 10, "unanswerable": 25, "furniture": 10}
ARTICLE_FIELDS = {"id", "text", "title", "source", "date", "modified", "url", "language", "tags"}
TOPIC_FIELDS = {
    "id", "kind", "question", "asked_at", "as_of", "answerable", "answers", "support", "outcome", "claims", "copies",
}  # fmt: skip
BOUNDS = {"exact", "at_least", "at_most", "about"}
PREFIX = re.compile(r"^ date \d{4}-\d\d-\d\d ")
COMMON = set(
    re.findall(
        r"\w+",
        "the a an of in to and on at for by did do does was were is are be how many what who which when where why "
        "that it its with from as had has have after been",
    )
)
MISSTATED = "An earlier version of this article misstated"


def read_jsonl(name: str) -> list[dict]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


ARTICLES = read_jsonl("articles.jsonl")
TOPICS = read_jsonl("topics.jsonl")
QRELS = [line.split() for line in (DEMO / "qrels.txt").read_text(encoding="utf-8").splitlines()]
VERSIONS: dict[str, list[dict]] = {}
for _record in ARTICLES:
    VERSIONS.setdefault(_record["id"], []).append(_record)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def contains_words(answer: str, quote: str) -> bool:
    return f" {' '.join(words(answer))} " in f" {' '.join(words(quote))} "


def ids(topics: list[dict]) -> list[str]:
    return [topic["id"] for topic in topics]


ANSWERABLE = [topic for topic in TOPICS if topic["answerable"]]
OF_KIND = {kind: [topic for topic in TOPICS if topic["kind"] == kind] for kind in PROMISED}


# --- the articles


def test_every_record_has_text_and_only_contract_fields():
    for record in ARTICLES:
        assert record["id"]
        assert record["text"].strip(), record["id"]
        assert set(record) <= ARTICLE_FIELDS, record["id"]


def test_an_id_appears_twice_only_for_a_correction():
    for article_id, versions in VERSIONS.items():
        assert "modified" not in versions[0], article_id
        assert all("modified" in later for later in versions[1:]), article_id
        assert len({version["text"] for version in versions}) == len(versions), article_id
        assert [v["modified"] for v in versions[1:]] == sorted(v["modified"] for v in versions[1:]), article_id


def test_dates_are_iso_days_or_timestamps_with_offset():
    iso = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?")
    for record in ARTICLES:
        for field in ("date", "modified"):
            assert field not in record or iso.fullmatch(record[field]), record["id"]


def test_addresses_are_on_reserved_example_domains():
    assert all(re.match(r"https://[a-z-]+\.example/", r["url"]) for r in ARTICLES if "url" in r)


def test_corpus_is_as_varied_as_promised():
    undated = [r for r in ARTICLES if "date" not in r and not PREFIX.match(r["text"])]
    assert len(ARTICLES) >= 80
    assert len({r["source"] for r in ARTICLES}) >= 10
    assert len(undated) >= 4
    assert sum(bool(PREFIX.match(r["text"])) and "date" not in r for r in ARTICLES) >= 6
    assert any("title" not in r for r in ARTICLES)
    assert any("url" not in r for r in ARTICLES)
    assert any("T" in r.get("date", "") for r in ARTICLES)
    assert sum(MISSTATED in r["text"] for r in ARTICLES) >= 3


def test_no_sentence_is_shared_with_the_seed_texts():
    if not SEEDS.is_dir():
        pytest.skip("the shared development data is not beside this checkout")

    def sentences(text: str) -> set[str]:
        parts = (words(part) for part in re.split(r"(?<=[.!?])[\"')\]]*\s+|\n+", text))
        return {" ".join(part) for part in parts if len(part) >= 8}

    ours = set().union(*(sentences(record["text"]) for record in ARTICLES))
    files = sorted(path for path in SEEDS.iterdir() if path.is_file())
    theirs = set().union(*(sentences(path.read_text(encoding="utf-8", errors="replace")) for path in files))
    assert ours
    assert theirs
    assert not ours & theirs


# --- the topics


def test_topic_ids_are_unique_and_in_file_order():
    assert ids(TOPICS) == [f"t{n:03d}" for n in range(1, len(TOPICS) + 1)]
    assert len({(t["question"], t.get("asked_at"), t.get("as_of")) for t in TOPICS}) == len(TOPICS)


def test_topics_hold_only_documented_fields():
    for topic in TOPICS:
        assert set(topic) <= TOPIC_FIELDS, topic["id"]
        assert {"kind", "question", "answerable", "answers", "support"} <= set(topic), topic["id"]


@pytest.mark.parametrize("kind", PROMISED)
def test_there_are_as_many_of_each_kind_as_promised(kind):
    assert len(OF_KIND[kind]) >= PROMISED[kind]


def test_there_are_at_least_170_topics_and_no_other_kinds():
    assert len(TOPICS) >= 170
    assert {topic["kind"] for topic in TOPICS} == set(PROMISED)


@pytest.mark.parametrize("kind", PROMISED)
def test_kinds_are_balanced_over_odd_and_even_lines(kind):
    odd = sum(topic["kind"] == kind for topic in TOPICS[0::2])
    even = sum(topic["kind"] == kind for topic in TOPICS[1::2])
    assert abs(odd - even) <= 1


def test_every_quote_is_in_its_article_at_its_version():
    for topic in TOPICS:
        for support in topic["support"]:
            text = VERSIONS[support["article_id"]][support["version"] - 1]["text"]
            assert support["quote"] in text, (topic["id"], support["quote"])
            assert 0 < len(support["quote"]) <= 400, topic["id"]
            assert "\n" not in support["quote"], topic["id"]


def test_every_answer_is_in_a_quote_and_every_quote_holds_an_answer():
    for topic in ANSWERABLE:
        quotes = [support["quote"] for support in topic["support"]]
        assert topic["answers"], topic["id"]
        assert quotes, topic["id"]
        for answer in topic["answers"]:
            assert any(contains_words(answer, quote) for quote in quotes), (topic["id"], answer)
        for quote in quotes:
            assert any(contains_words(answer, quote) for answer in topic["answers"]), (topic["id"], quote)


def test_unanswerable_and_furniture_topics_have_nothing_to_cite():
    for topic in TOPICS:
        assert topic["answerable"] == (topic["kind"] not in ("unanswerable", "furniture")), topic["id"]
        if not topic["answerable"]:
            assert topic["answers"] == [], topic["id"]
            assert topic["support"] == [], topic["id"]


def test_hard_unanswerable_topics_are_listed_in_the_readme():
    listed = re.search(r"<!-- hard -->(.*?)<!-- /hard -->", (DEMO / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert listed
    hard = re.findall(r"t\d{3}", listed.group(1))
    assert len(hard) >= 12
    assert set(hard) <= set(ids(OF_KIND["unanswerable"]))


def test_many_time_questions_look_back_from_november_2026():
    past = re.compile(r"\b(20[012]\d)\b")
    looking_back = [
        topic
        for topic in OF_KIND["time"]
        if topic.get("asked_at", "").startswith("2026-11") and past.search(topic["question"])
    ]
    assert len(looking_back) >= 15
    assert any("asked_at" not in topic for topic in OF_KIND["time"])


def test_conflicts_name_at_least_two_claims_that_differ():
    for topic in OF_KIND["conflict"]:
        assert topic["outcome"] == "conflicting", topic["id"]
        assert len({claim["value"] for claim in topic["claims"]}) >= 2, topic["id"]
        for claim in topic["claims"]:
            assert set(claim) == {"value", "bound", "counted", "said_by"}, topic["id"]
            assert claim["bound"] in BOUNDS, topic["id"]


def test_speakers_are_worded_as_in_a_supporting_article():
    for topic in OF_KIND["conflict"]:
        texts = [VERSIONS[s["article_id"]][s["version"] - 1] for s in topic["support"]]
        for claim in topic["claims"]:
            spoken = any(claim["said_by"].lower() in (r["text"] + r["source"]).lower() for r in texts)
            assert spoken, (topic["id"], claim["said_by"])


def test_carriers_exist_and_hold_the_quote_or_an_edited_form_of_it():
    for topic in OF_KIND["copies"]:
        carriers = topic["copies"]["carriers"]
        assert len(carriers) >= 3, topic["id"]
        assert topic["copies"]["independent_sources"] >= 1, topic["id"]
        for carrier in carriers:
            text = VERSIONS[carrier][-1]["text"]
            held = any(contains_words(answer, text) for answer in topic["answers"])
            assert held, (topic["id"], carrier)


def test_at_least_four_wire_reports_are_carried_by_four_outlets_or_more():
    groups = {tuple(sorted(t["copies"]["carriers"])) for t in OF_KIND["copies"]}
    assert len([group for group in groups if len({g.split("/")[0] for g in group}) >= 4]) >= 4


def test_corrections_ask_for_the_present_and_for_the_superseded_version():
    versions = Counter(
        "now" if support["version"] == len(VERSIONS[support["article_id"]]) else "then"
        for topic in OF_KIND["correction"]
        for support in topic["support"][:1]
    )
    assert versions["now"] >= 5
    assert versions["then"] >= 3
    for topic in OF_KIND["correction"]:
        first = topic["support"][0]
        if first["version"] < len(VERSIONS[first["article_id"]]):
            later = VERSIONS[first["article_id"]][first["version"]]
            assert topic["as_of"][:19] < later["modified"][:19], topic["id"]


def test_a_third_of_the_questions_share_few_words_with_their_support():
    def overlap(topic: dict) -> float:
        asked = set(words(topic["question"])) - COMMON
        quoted = set(words(" ".join(support["quote"] for support in topic["support"])))
        return len(asked & quoted) / len(asked)

    few = [topic for topic in ANSWERABLE if overlap(topic) <= 1 / 3]
    assert len(few) >= len(ANSWERABLE) / 3


# --- the judgments


def test_qrels_are_trec_lines_over_known_topics_and_articles():
    known = set(ids(TOPICS))
    seen = set()
    for topic_id, iteration, article_id, grade in QRELS:
        assert topic_id in known, topic_id
        assert article_id in VERSIONS, (topic_id, article_id)
        assert (iteration, grade) in {("0", "1"), ("0", "2")}, (topic_id, article_id)
        assert (topic_id, article_id) not in seen, (topic_id, article_id)
        seen.add((topic_id, article_id))


def test_answerable_topics_have_a_best_article_and_the_others_none():
    best = {topic_id for topic_id, _, _, grade in QRELS if grade == "2"}
    judged = {topic_id for topic_id, _, _, _ in QRELS}
    assert best == judged == set(ids(ANSWERABLE))


def test_supporting_articles_and_verbatim_copies_are_judged():
    grades = {(topic_id, article_id): int(grade) for topic_id, _, article_id, grade in QRELS}
    for topic in ANSWERABLE:
        for support in topic["support"]:
            assert (topic["id"], support["article_id"]) in grades, topic["id"]
        first = topic["support"][0]
        assert grades[topic["id"], first["article_id"]] == 2, topic["id"]
        for article_id, versions in VERSIONS.items():
            if article_id != first["article_id"] and first["quote"] in versions[-1]["text"]:
                assert grades.get((topic["id"], article_id)) == 2, (topic["id"], article_id)
