"""Whatever the text, every passage is exactly a stretch of it, inside one kept range of one section."""

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Record
from index.assemble import assemble
from index.passages import SplitOptions, split_passages
from index.sentences import MAX_SENTENCE, sentence_spans
from index.store import Store
from index.terms import analyze
from index.testing import HashEmbedder
from index.words import word_spans
from index.writer import Writer, fingerprint
from qa_service.archive import Archive, CurrentArchive
from qa_service.highlighting import highlights
from qa_service.pipeline import Pipeline
from qa_service.ranking import RankingOptions
from qa_service.request import AskRequest
from qa_service.service import Service

ODD = [
    "\n", "\n\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\u00a0", "\u3000", " ", "\t",
    "\u200b", "\u200d", "\u2060", "\ufeff", "\u0301", "\u20dd", "\u202e", "\u05d0\u05b7", "\u0645\u0631\u062d\u0628\u0627", "\u0e01\u0e33",
    "👩\u200d👩\u200d👧", "🇦🇲", "🏳\ufe0f\u200d🌈", "𝕬", "\U0001f9ff", "ﬁ", "İ", "ß", "ǅ", "。", "！", "؟", "…",
    ".", "!", "?", ";", ", ", "“", "”", "\"", "'", "(", ")", "—", "- ", "/AFP", "@", ":",
]  # fmt: skip
PIECES = [
    " date 2021-03-04 ", "Ferry aground off Port Lumen", "The ferry ran aground on Monday, the coastguard said. ",
    "Sign up for our newsletter. ", "Leave a Reply", "Share Via", "(photo credit: Ida Berg)", "By Ida Berg",
    "Mr. Holm of the U.S. paid $3.5 million. ", "Museum Opens Its Vaults To Schools After Record Gift", "x" * 450,
    "Support independent journalism", "September 20, 2023", "Reuters", "* * *", "Why did the talks fail?",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(ODD), st.sampled_from(PIECES), st.text(max_size=12)), max_size=80).map(
    "".join
)
TITLES = st.one_of(st.just(""), st.sampled_from(PIECES), st.text(max_size=30))


def count_tokens(texts: Sequence[str]) -> list[int]:
    """As a sub-word tokenizer would: white space is free, a long word costs more."""
    return [sum(1 + len(word) // 4 for word in text.split()) for text in texts]


def no_surrogates(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def assembled(text: str, title: str) -> Article:
    return assemble(Record(id="a", text=text, title=title, language="en"))


@given(text=TEXTS.filter(no_surrogates), title=TITLES.filter(no_surrogates), max_tokens=st.integers(5, 60))
def test_every_passage_is_exactly_a_stretch_of_one_kept_range(text: str, title: str, max_tokens: int) -> None:
    article = assembled(text, title)
    options = SplitOptions(max_tokens=max_tokens)
    passages = split_passages(article, count_tokens, options)
    assert article.text == text
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip()
        assert any(character.isalnum() for character in passage.text)
        ranges = [kept for kept in article.sections[passage.section].kept if kept[0] <= passage.start < kept[1]]
        assert len(ranges) == 1
        assert passage.end <= ranges[0][1]
        assert count_tokens([passage.text])[0] <= max_tokens
        assert passage.sentences
        assert passage.start <= passage.sentences[0][0]
        assert passage.sentences[-1][1] <= passage.end
        assert all(0 < end - start <= MAX_SENTENCE for start, end in passage.sentences)
        assert all(before[1] <= after[0] for before, after in pairwise(passage.sentences))
    assert all(before.end <= after.start for before, after in pairwise(passages))
    assert passages == split_passages(assembled(text, title), count_tokens, options)


@given(text=TEXTS.filter(no_surrogates), title=TITLES.filter(no_surrogates))
def test_kept_and_removed_are_disjoint_and_lose_nothing(text: str, title: str) -> None:
    article = assembled(text, title)
    spans = sorted([*article.kept, *(item.span for item in article.removed)])
    assert article.kept == tuple(sorted(article.kept))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(start < end for start, end in spans)
    covered = set().union(*(range(start, end) for start, end in spans))
    assert all(at in covered or character.isspace() for at, character in enumerate(text))


LANGUAGES = ("en", "de", "fr", "es", "nl", "pl", "ru", "tr", "el", "ar", "fa", "he", "hi", "zh", "ja", "ko", "th", None)
SCRIPTS = [
    "港口周二上午关闭。", "三艘船停在外海！", "いつ再開するのか？", "「待つしかない。」", "배 세 척이 기다린다. ", "𠮷野家も休業。", "か\u3099す",
    "أُغلق الميناءُ صباح الثلاثاء. ", "كم سفينة تنتظر؟ ", "الكلفة ٣٫٥ مليون. ", "سه\u200cشنبه بسته شد. ", "הַנָּמֵל נסגר. ", "ש\u05c1לום",
    "बंदरगाह बंद रहा। ", "कितने जहाज रुके हैं? ", "ท่าเรือปิด ", "Порт закрыт, т.е. стоит. ", "Πόσα πλοία; ", "Le 3 mars, M. Petit. ",
    "Am 11. März kam Dr. Holm. ", "Cafe\u0301 ", "👩\u200d🚀", "🇦🇲", "\u202eabc\u202c", "Z͑ͫ̓", "\n\n", "ｶﾞｽ", "₂𝟚②",
]  # fmt: skip
SCRIPT_TEXTS = st.lists(st.one_of(st.sampled_from(SCRIPTS), st.sampled_from(ODD)), min_size=1, max_size=40).map("".join)


@given(text=st.one_of(TEXTS, SCRIPT_TEXTS).filter(no_surrogates))
def test_words_are_stretches_of_the_text_and_agree_with_the_index(text: str) -> None:
    spans = list(word_spans(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(spans))
    marked = highlights(text, set(analyze(text)), analyze)
    assert all(before[1] < after[0] or before[1] == after[0] for before, after in pairwise(marked))
    assert all(0 <= start < end <= len(text) for start, end in marked)


@given(texts=st.lists(SCRIPT_TEXTS.filter(str.strip), min_size=1, max_size=4), language=st.sampled_from(LANGUAGES))
def test_every_citation_quotes_its_article_whatever_the_script(texts: list[str], language: str | None) -> None:
    embedder, split = HashEmbedder(dim=16), SplitOptions(max_tokens=40)
    with tempfile.TemporaryDirectory() as folder:
        made = fingerprint(embedder.digest, split)
        store = Store(Path(folder), model_name="fake", model_digest=embedder.digest, dim=16, fingerprint=made)
        opened = Archive(
            store=store,
            pipeline=Pipeline(embedder, RankingOptions(), public_url="https://archive.example"),
            writer=Writer(store, embedder, split),
        )
        service = Service(CurrentArchive(opened), public_url="https://archive.example", max_bytes=1 << 20)
        records = [Record(id=f"a{n}", text=text, language=language) for n, text in enumerate(texts)]
        opened.writer.ingest(records)
        for text in texts[:2]:
            answer = service.ask(AskRequest(question=f"{text[:60]} Hafen?", min_confidence=0))
            for citation in (*(p.citation for p in answer.passages), *(s.citation for s in answer.answer)):
                start, end = citation.span
                stored = store.view().article(citation.article_id).article.text
                assert stored == texts[int(citation.article_id[1:])]
                assert stored[start:end] == citation.quote
            for passage in answer.passages:
                assert passage.citation.quote == passage.text
                assert all(0 <= a < b <= len(passage.text) for a, b in passage.highlights)
        store.close()


@given(text=st.one_of(TEXTS, SCRIPT_TEXTS).filter(no_surrogates), language=st.sampled_from(LANGUAGES), data=st.data())
def test_sentences_cover_all_but_white_space(text: str, language: str | None, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = sentence_spans(text, start, end, language)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[a:b] == text[a:b].strip() and start <= a < b <= end for a, b in spans)
    covered = set().union(*(range(a, b) for a, b in spans))
    assert all(at in covered or text[at].isspace() for at in range(start, end))
