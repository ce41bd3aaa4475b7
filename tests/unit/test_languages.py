"""Languages other than English, from detection to the quotation: which it is, its sentences, its words, exact offsets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from index.article import Record
from index.assemble import assemble
from index.languages import detect_language
from index.passages import SplitOptions
from index.readers.html import read_page
from index.sentences import sentence_spans
from index.store import Store
from index.terms import TermIndex, analyze
from index.testing import HashEmbedder
from index.words import fold, word_spans
from index.writer import Writer, fingerprint
from qa_service.archive import Archive, CurrentArchive
from qa_service.bootstrap import open_service
from qa_service.expected import expected_kind
from qa_service.http.app import create_app
from qa_service.http.pages.marking import passage_pieces
from qa_service.pipeline import Pipeline
from qa_service.question_words import FUNCTION_WORDS, words_of
from qa_service.ranking import RankingOptions
from qa_service.request import AskRequest
from qa_service.service import Service
from qa_service.settings import Settings
from tests.models import tiny_embedder

PARAGRAPHS = {
    "de": "Der Hafen blieb am Dienstag wegen dichten Nebels geschlossen, und drei Fähren mussten draußen warten.",
    "fr": "Le port est resté fermé mardi matin à cause du brouillard, et trois navires attendaient au large.",
    "es": "El puerto permaneció cerrado el martes por la niebla y tres barcos esperaban mar adentro.",
    "it": "Il porto è rimasto chiuso martedì mattina per la nebbia e tre navi aspettavano al largo.",
    "pt": "O porto ficou fechado na terça-feira por causa do nevoeiro e três navios esperavam ao largo.",
    "nl": "De haven bleef dinsdagochtend dicht vanwege de mist, en drie schepen lagen buitengaats te wachten.",
    "pl": "Port był we wtorek rano zamknięty z powodu mgły, a trzy statki czekały na redzie.",
    "tr": "Liman salı sabahı yoğun sis nedeniyle kapalı kaldı ve üç gemi açıkta bekledi.",
    "ru": "Порт во вторник утром был закрыт из-за густого тумана, и три судна ждали на рейде.",
    "uk": "Порт у вівторок вранці був закритий через густий туман, і три судна чекали на рейді.",
    "ar": "ظل الميناء مغلقا صباح الثلاثاء بسبب الضباب الكثيف وانتظرت ثلاث سفن في عرض البحر.",
    "fa": "بندر صبح سه‌شنبه به دلیل مه غلیظ بسته ماند و سه کشتی در دریا منتظر ماندند.",
    "he": "הנמל נשאר סגור ביום שלישי בבוקר בגלל ערפל כבד, ושלוש אוניות המתינו בים.",
    "hi": "घने कोहरे के कारण बंदरगाह मंगलवार की सुबह बंद रहा और तीन जहाज समुद्र में इंतजार करते रहे।",
    "zh": "由于浓雾，港口周二上午关闭，三艘船在外海等候。",
    "ja": "濃霧のため港は火曜日の朝から閉鎖され、三隻の船が沖合で待機していた。",
    "ko": "짙은 안개 때문에 항구가 화요일 아침 문을 닫았고 배 세 척이 먼바다에서 기다렸다.",
    "en": "The harbour stayed shut on Tuesday morning because of dense fog, and three ferries waited outside.",
}


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_a_paragraph_is_known_by_its_language(language: str) -> None:
    assert detect_language(PARAGRAPHS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Der Hafen ist zu.",
        "港口关闭",
        "Порт закрыт",
        "2024: 1,200 – 3,400 (5.6 %) " * 10,
        "🌊" * 50,
        "الميناء مغلق",
    ],
)
def test_too_little_is_no_language(text: str) -> None:
    assert detect_language(text) is None


def test_a_mixed_text_is_in_the_language_of_most_of_it() -> None:
    assert detect_language(f"{PARAGRAPHS['de']} “Nobody is hurt”, the captain said. {PARAGRAPHS['de']}") == "de"
    assert detect_language(f"{PARAGRAPHS['zh'] * 3} BBC News") == "zh"


def test_what_a_record_or_a_page_says_wins() -> None:
    given = assemble(Record(id="a", text=PARAGRAPHS["de"], language="nl"))
    found = assemble(Record(id="a", text=PARAGRAPHS["de"]))
    assert (given.language, found.language) == ("nl", "de")
    body = "".join(f"<p>{PARAGRAPHS['de']}</p>" for _ in range(6))
    page = f'<html lang="fr-CA"><head><title>Hafen</title></head><body><article><h1>Hafen</h1>{body}</article></body></html>'
    read = read_page(page.encode(), name="p.html", shown="p.html", url=None, max_bytes=1 << 20)
    assert isinstance(read, Record)
    assert read.language == "fr"


SENTENCES = {
    "zh": ["港口周二上午因浓雾关闭。", "三艘船停在外海！", "什么时候重开？", "港务局没有说明。"],
    "ja": ["港は火曜日の朝に閉鎖された。", "三隻の船が待っている！", "いつ再開するのか？", "気温は3.5度だった。"],
    "ar": ["أغلقت السلطات الميناء صباح الثلاثاء.", "كم سفينة تنتظر؟", "لم تحدد الهيئة موعدا."],
    "ur": ["بندرگاہ منگل کی صبح بند رہی۔", "کتنے جہاز انتظار میں ہیں؟"],
    "hi": ["मंगलवार की सुबह बंदरगाह बंद रहा।", "कितने जहाज रुके हैं?", "तीन जहाज खड़े हैं।"],
    "el": ["Το λιμάνι έκλεισε.", "Πόσα πλοία περιμένουν;", "Τρία πλοία περιμένουν."],
    "de": [
        "Er kam am 11. März an.",
        "Im 19. Jahrhundert, z. B. bei Dr. Holm, war das so.",
        "Er wurde 11.",
        "Es regnet.",
    ],
    "fr": ["M. Durand et MM. Petit sont partis le 3 mars.", "Où vont-ils ?"],
    "es": ["¿Cuántos barcos esperan?", "La Sra. Ruiz y D. Luis dicen que tres.", "¡Nadie resultó herido!"],
    "nl": ["Mevr. Smit en dhr. Bakker wachten.", "De haven is dicht."],
    "pl": ["Dr. Nowak wraca 3. maja.", "Port jest zamknięty."],
}


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_end_as_their_language_ends_them(language: str) -> None:
    text = ("" if language in ("zh", "ja") else " ").join(SENTENCES[language])
    assert [text[a:b] for a, b in sentence_spans(text, 0, len(text), language)] == SENTENCES[language]


def test_a_code_may_name_a_region_or_be_in_capitals() -> None:
    text = " ".join(SENTENCES["de"])
    plain = sentence_spans(text, 0, len(text), "de")
    assert plain == sentence_spans(text, 0, len(text), "de-AT") == sentence_spans(text, 0, len(text), "DE_ch")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الْمِينَاءُ", "الميناء"), ("أحمد", "احمد"), ("مدرسة", "مدرسه"), ("کتاب", "كتاب"), ("شـــارع", "شارع"),
        ("٢٠٢٤", "2024"), ("१२", "12"), ("２０２４", "2024"), ("שָׁלוֹם", "שלום"), ("Café", "Cafe\u0301"), ("Häuser", "Hauser"),
        ("Straße", "Strasse"), ("İstanbul", "istanbul"), ("ёлка", "елка"), ("порта", "порту"), ("λιμάνι", "ΛΙΜΑΝΙ"),
        ("ｶﾞｽ", "ガス"), ("ハ\u3099ス", "バス"), ("ﻣﻴﻨﺎء", "ميناء"), ("हिन्दी", "हिन्दी"),
    ],
)  # fmt: skip
def test_ways_to_write_one_word_are_one_word(one: str, other: str) -> None:
    assert analyze(one) == analyze(other) != []


@pytest.mark.parametrize(
    "text", ["The harbour's 3,500 “boats” — naïve café, U.S.", "", "Łódź and Ångström", "🌉 — … ©"]
)
def test_texts_that_need_nothing_are_left_as_they_are(text: str) -> None:
    assert fold(text) == text


def test_runs_without_spaces_are_pairs_of_characters() -> None:
    text = "2024年3月，iPhone手机在港口。水"
    assert analyze(text) == ["2024", "年", "3", "月", "iphon", "手机", "机在", "在港", "港口", "水"]
    assert [text[a:b] for a, b in word_spans(text)] == [
        "2024",
        "年",
        "3",
        "月",
        "iPhone",
        "手机",
        "机在",
        "在港",
        "港口",
        "水",
    ]
    assert analyze("항구는 닫혔다") == ["항구", "구는", "닫혔", "혔다"]
    assert analyze("𠮷野家") == ["𠮷野", "野家"]


def test_terms_of_an_older_analysis_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.terms

    folder = tmp_path / "terms"
    with monkeypatch.context() as patched:
        patched.setattr(index.terms, "_TOKENIZER", "words")
        index.terms._schema.cache_clear()
        TermIndex(folder).apply(7, None, [index.terms.TermDocument(1, "", "bridge")])
        assert TermIndex(folder).sequence == 7
    index.terms._schema.cache_clear()
    assert not TermIndex.is_current(folder)
    assert TermIndex(folder).sequence == -1
    assert TermIndex.is_current(folder)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wer gewann die Wahl in Tolmere?", "gewann wahl tolmer"),
        ("Combien de navires attendent au large ?", "navir attend larg"),
        ("¿Cuántos barcos esperan en el puerto?", "barco esperan puerto"),
        ("Quante navi aspettano al largo?", "navi aspettano largo"),
        ("Quantos navios esperam no porto?", "navio esperam porto"),
        ("Hoeveel schepen wachten op de rede?", "schepen wachten rede"),
        ("Who will die in the war?", "die war"),
        ("What type of company is Van Gend en Loos?", "type compani van gend en loo"),
        ("Wer war es?", "wer war es"),
    ],
)
def test_function_words_of_the_questions_own_language_weigh_nothing(question: str, words: str) -> None:
    assert words_of(question, analyze) == words.split()
    assert not FUNCTION_WORDS & set(words.split())


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wie viele Menschen kamen?", "number"), ("¿Cuántos barcos esperan?", "number"), ("Combien sont-ils ?", "number"),
        ("Qui a gagné ?", "person"), ("¿Quién ganó?", "person"), ("Wer gewann?", "thing"), ("什么时候重开？", "thing"),
    ],
)  # fmt: skip
def test_kinds_that_can_be_told_in_other_languages(question: str, kind: str) -> None:
    assert expected_kind(question) == kind


ARTICLES: list[dict[str, Any]] = [
    {
        "id": "nahr/جسر",
        "title": "إعادة فتح جسر سلمى",
        "date": "2026-02-03",
        "text": "أُعيد فتحُ جسر سلمى أمام السيارات يوم الاثنين بعد تسعة أسابيع من الإصلاح. استبدل المهندسون ٤٨ برغيًّا!"
        " كم كلّف الإصلاح؟ قالت البلدية إن الكلفة بلغت ٣٫٥ مليون دينار.",
    },
    {
        "id": "galim/גשר",
        "title": "הגשר נפתח",
        "text": "הַגֶּשֶׁר בנמל נפתח מחדש ביום שני. שלוש אוניות המתינו 🚢 בים. ראש העיר, דנה לוי, אמרה שהתיקון עלה מיליון שקל.",
    },
    {
        "id": "wanbao/大桥",
        "title": "青湾大桥重新开放",
        "text": "青湾大桥周一重新开放。工程师更换了四十八个螺栓！修理花了多少钱？市长林小溪说，费用为三百万元。𠮷野家餐厅也恢复营业。",
    },
    {
        "id": "minato/橋",
        "title": "青湾の橋が再開",
        "text": "青湾の橋は月曜日に再び開通した。技師は四十八本のボルトを交換した！市長の林さんは「費用は三百万円だった。」と話した。",
    },
    {
        "id": "setu/पुल",
        "title": "पुल खुला",
        "text": "नदी का पुल सोमवार को फिर से खोल दिया गया। इंजीनियरों ने अड़तालीस पेंच बदले। मरम्मत पर तीन करोड़ खर्च हुए।",
    },
    {
        "id": "tageblatt/bruecke",
        "title": "Brücke wieder offen",
        "text": "Die Brücke über die Orke ist seit dem 11. März wieder offen. Das Team 👩\u200d🔧 um Dr. Holm tauschte 48 Bolzen aus."
        " Cafe\u0301 „Anker“ feierte mit.",
    },
]  # fmt: skip
QUESTIONS = {
    "nahr/جسر": "كم بلغت كلفة اصلاح جسر سلمى؟",
    "galim/גשר": "כמה עלה תיקון הגשר בנמל?",
    "wanbao/大桥": "青湾大桥的修理费用是多少？",
    "minato/橋": "橋のボルトを交換したのは誰か？",
    "setu/पुल": "नदी का पुल कब खोला गया?",
    "tageblatt/bruecke": "Seit wann ist die Brücke wieder offen?",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    embedder, split = HashEmbedder(dim=64), SplitOptions()
    store = Store(
        tmp_path_factory.mktemp("languages"),
        model_name="fake",
        model_digest=embedder.digest,
        dim=embedder.dim,
        fingerprint=fingerprint(embedder.digest, split),
    )
    pipeline = Pipeline(embedder, RankingOptions(), public_url="https://archive.example")
    opened = Archive(store=store, pipeline=pipeline, writer=Writer(store, embedder, split))
    made = Service(CurrentArchive(opened), public_url="https://archive.example", max_bytes=1 << 20)
    client = TestClient(create_app(made))
    told = client.post("/v1/articles", json=ARTICLES)
    assert told.status_code == 200, told.text
    yield made
    store.close()


@pytest.mark.parametrize("article_id", QUESTIONS)
def test_a_question_finds_the_article_of_its_language_and_quotes_it_exactly(service: Service, article_id: str) -> None:
    client = TestClient(create_app(service))
    answer = client.post("/v1/ask", json={"question": QUESTIONS[article_id], "min_confidence": 0}).json()
    first = answer["passages"][0]
    assert first["article_id"] == article_id
    assert first["scores"]["terms"] > 0
    assert first["highlights"]
    cited = [
        *(one["citation"] for one in answer["passages"]),
        *(one["citation"] for one in answer["answer"]),
    ]
    assert any(one["article_id"] == article_id for one in cited)
    for citation in cited:
        article = client.get(f"/v1/articles/{quote(citation['article_id'], safe='')}").json()
        start, end = citation["span"]
        assert article["text"][start:end] == citation["quote"]
        given = next(one["text"] for one in ARTICLES if one["id"] == citation["article_id"])
        assert given[start:end] == citation["quote"]
    for sentence in answer["answer"]:
        assert sentence["sentence"] == sentence["citation"]["quote"]
        assert len(sentence["sentence"]) < len(first["text"])


def test_a_chinese_word_is_found_and_highlighted_inside_a_run(service: Service) -> None:
    answer = service.ask(AskRequest(question="螺栓", min_confidence=0))
    assert answer.passages[0].article_id == "wanbao/大桥"
    start, end = answer.passages[0].highlights[0]
    assert answer.passages[0].text[start:end] == "螺栓"


def test_passages_name_their_language_and_the_page_divides_by_it(service: Service) -> None:
    answer = service.ask(AskRequest(question=QUESTIONS["tageblatt/bruecke"], min_confidence=0))
    first = answer.passages[0]
    assert first.language == "de"
    marked = "".join(piece.text for piece in passage_pieces(first, ()) if piece.quoted)
    assert marked == "Die Brücke über die Orke ist seit dem 11. März wieder offen."


def test_the_page_shows_a_text_from_right_to_left_as_it_is(service: Service) -> None:
    page = TestClient(create_app(service)).get("/", params={"q": QUESTIONS["nahr/جسر"], "min_confidence": 0})
    assert page.status_code == 200
    assert 'dir="auto"' in page.text
    assert "٣٫٥" in page.text


def test_a_multilingual_model_by_its_folder_carries_a_question_into_another_language(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [
        "Die Brücke wurde am Montag gesperrt.",
        "大桥周一关闭。",
        "Die Bäckerei backt wieder Brot.",
        "bridge closed",
    ]
    made: Any = SentenceTransformer(str(tiny_embedder(tmp_path / "made", texts, seed=3)), local_files_only=True)
    numbers, tokens = made[0].auto_model.embeddings.word_embeddings.weight.data, made.tokenizer
    for word, same in (("brücke", "bridge"), ("gesperrt", "closed"), ("大桥周一关闭", "bridge")):
        numbers[tokens.convert_tokens_to_ids(word)] = numbers[tokens.convert_tokens_to_ids(same)]
    made.save(str(tmp_path / "multilingual"))
    settings = Settings(data_dir=tmp_path / "data", model=str(tmp_path / "multilingual"))
    with closing(open_service(settings)) as service:
        service.ingest([Record(id=f"a{number}", text=text) for number, text in enumerate(texts[:3])])
        found = service.ask(AskRequest(question="Why was the bridge closed?", min_confidence=0))
    assert {passage.article_id for passage in found.passages[:2]} == {"a0", "a1"}
    assert all(passage.scores["terms"] == 0 for passage in found.passages)


def test_one_chinese_text_in_two_outlets_is_a_copy(tmp_path: Path) -> None:
    embedder, split = HashEmbedder(dim=64), SplitOptions()
    made = fingerprint(embedder.digest, split)
    store = Store(tmp_path, model_name="fake", model_digest=embedder.digest, dim=64, fingerprint=made)
    text = ARTICLES[2]["text"] * 2
    report = Writer(store, embedder, split).ingest([Record(id="a", text=text), Record(id="b", text=text)])
    store.close()
    assert report.copies == 1
