"""Short disputes of many fields, asked about in other words than they use: every value with its speaker, or silence."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from index.article import StoredPassage
from qa_service.claims.agreement import judge
from qa_service.claims.relevance import relevant_statements
from qa_service.claims.rows import Judgement
from tests.claims_passages import passage_of


def passage(key: int, title: str, text: str, day: str = "2025-03-04") -> StoredPassage:
    sentence = re.compile(r"\S[^.?]*[.?]")
    return passage_of(key, text, title=title, source=f"Paper {key}", day=day, sentence=sentence)


def ask(question: str, *passages: StoredPassage) -> Judgement:
    """Sentences are ranked by the words that they share with the question, as a stand-in for the service's ranking."""
    words = set(re.findall(r"\w{4,}", question.lower()))
    ranked = [
        (-len(words & set(re.findall(r"\w{4,}", one.text[start:end].lower()))), place, (start, end))
        for place, one in enumerate(passages)
        for start, end in one.sentences
    ]
    sentences = [(place, span) for _, place, span in sorted(ranked)]
    return judge(relevant_statements(question, passages, [None] * len(passages), sentences=sentences))


COUNTS = [
    (
        "Dam breach",
        "Officials put the number of people made homeless by the Serra dam at 2,300. Caritas says it is feeding 5,100.",
        "How many people lost their homes in the Serra dam breach?",
        {(2300, "Officials"), (5100, "Caritas")},
    ),
    (
        "Opera house bill",
        (
            "The culture ministry says the opera house in Lund Bay came in at 390 million euros. "
            "According to the court of auditors, taxpayers paid 610 million euros."
        ),
        "How much did Lund Bay's opera house end up costing?",
        {(390_000_000, "culture ministry"), (610_000_000, "court of auditors")},
    ),
    (
        "Cup riot",
        (
            "Police reported 34 arrests outside the ground in Tarrow. "
            "The supporters' trust said at least 90 fans had been detained."
        ),
        "How many fans did police take into custody in Tarrow?",
        {(34, "Police"), (90, "supporters' trust")},
    ),
    (
        "Vote count",
        (
            "With all ballots counted in Nove, the mayor's party claimed 52 per cent. "
            "The observers of Fair Count, who added up the same sheets, arrived at 47 per cent."
        ),
        "What percentage of the vote did the mayor's party get in Nove?",
        {(52, "mayor's party"), (47, "observers of Fair Count")},
    ),
    (
        "Locusts",
        (
            "The farm ministry admits that 14,000 hectares are bare in the Tarim valley. "
            "Growers say the swarm has stripped 40,000 hectares."
        ),
        "How many hectares of crops did locusts destroy in the Tarim valley?",
        {(14_000, "farm ministry"), (40_000, "Growers")},
    ),
    (
        "Job losses at Tarn Steel",
        (
            "Tarn Steel will shed 700 workers in Redpoint, its chief executive told reporters. "
            "The engineering union fears that 1,900 people will lose their jobs."
        ),
        "How many people will Tarn Steel sack in Redpoint?",
        {(700, "its chief executive"), (1900, "engineering union")},
    ),
    (
        "Outbreak in Kuvu",
        "The health minister confirmed 17 infections in Kuvu. Doctors Without Borders has 44 patients in its tents.",
        "How many people in Kuvu have caught Ebola?",
        {(17, "health minister"), (44, "Doctors Without Borders")},
    ),
    (
        "Tower height",
        "The developer of Aster Tower says it stands 312 metres. The building office in Lisk measured 298 metres.",
        "How high is Aster Tower?",
        {(312, "developer of Aster Tower"), (298, "building office in Lisk")},
    ),
    (
        "Coach crash",
        "The prefect spoke of 16 injured near Pont Noir. The hospital in Brive said 29 people were being treated there.",
        "How many were hurt in the coach crash near Pont Noir?",
        {(16, "prefect"), (29, "hospital in Brive")},
    ),
    (
        "Grain silo fire",
        "The fire brigade puts the loss in Port Bellin at 4,000 tonnes of wheat. The owner, Agrana, speaks of 9,500 tonnes.",
        "How much wheat was lost in the Port Bellin silo fire?",
        {(4000, "fire brigade"), (9500, "Agrana")},
    ),
    (
        "Power cut",
        (
            "Energia said 45,000 customers in Port Isolde were affected. "
            "The consumer group Lumen spoke of 70,000 households without electricity."
        ),
        "How many houses were in the dark in Port Isolde?",
        {(45_000, "Energia"), (70_000, "consumer group Lumen")},
    ),
    (
        "Recall widens",
        "The regulator linked 46 fires to the Nova battery, it said on Monday. Nova acknowledges 19.",
        "How many blazes has the Nova battery caused?",
        {(46, "regulator"), (19, "Nova")},
    ),
]


@pytest.mark.parametrize(("title", "text", "question", "claims"), COUNTS, ids=[case[2] for case in COUNTS])
def test_rival_counts_in_other_words(title: str, text: str, question: str, claims: set[tuple[float, str]]) -> None:
    found = ask(question, passage(0, title, text))
    assert {(row.statement.value, row.statement.said_by) for row in found.rows} == claims
    assert found.outcome == "conflicting"


DISPUTES = [
    (
        "Clerk contradicts mayor",
        (
            "A former clerk told the Hartwick inquiry that Mayor Gordon Pryce had read the asbestos report. "
            "Mr Pryce denied ever having seen it. The inquiry sits again on Monday."
        ),
        "Did the mayor of Hartwick know about the asbestos report?",
        {"former clerk": "had read the asbestos report", "Gordon Pryce": "denied ever having seen it"},
    ),
    (
        "Talks in Lisbon?",
        (
            "The rebel envoy, Jona Sarr, said that his movement had met government officials in Lisbon. "
            "President Kole's office said no such meeting had taken place."
        ),
        "Did the government hold talks with the rebels in Lisbon?",
        {"Jona Sarr": "had met government officials", "President Kole's office": "no such meeting"},
    ),
    (
        "Shots on the bridge",
        (
            "Each side says that the other began. Keldria's interior ministry said Norvian guards had opened fire. "
            "Norvia's border service said a Keldrian sniper had shot first."
        ),
        "Who started the shooting on the bridge?",
        {"Keldria's interior ministry": "Norvian guards", "Norvia's border service": "Keldrian sniper"},
    ),
    (
        "Seat maker knew, lawyers say",
        (
            "Lawyers for three families said that Cosita had been aware of the cracking buckle since March 2023. "
            "Cosita rejected that and said it had first heard of a crack in June 2024."
        ),
        "When did Cosita become aware of its cracking buckles?",
        {"Lawyers for three families": "March 2023", "Cosita": "June 2024"},
    ),
    (
        "Memo on the viaduct",
        (
            "The transport ministry denied that it had been warned of cracks in the Tarn viaduct. "
            "A memo published by the broadcaster TV Est shows that engineers asked for money to mend it in May."
        ),
        "Was the ministry warned about the cracks in the Tarn viaduct?",
        {"transport ministry": "denied", "broadcaster TV Est": "asked for money"},
    ),
]


@pytest.mark.parametrize(("title", "text", "question", "sides"), DISPUTES, ids=[case[2] for case in DISPUTES])
def test_both_sides_of_a_dispute_are_quoted(title: str, text: str, question: str, sides: dict[str, str]) -> None:
    found = ask(question, passage(0, title, text))
    said = {row.statement.said_by: str(row.statement.value) for row in found.rows}
    assert said.keys() == sides.keys()
    assert all(words in said[who] for who, words in sides.items())
    assert found.outcome == "conflicting"


def test_two_articles_that_exclude_each_other_without_a_denial() -> None:
    taken = "President Ardo announced on Sunday that the army had taken Shusha."
    fights = "Lumia's defence ministry insisted on Sunday evening that Shushi was not taken and the fight continued."
    found = ask(
        "Was Shusha taken on Sunday?",
        passage(0, "Shusha is ours", taken),
        passage(1, "Battle for Shushi not over", fights),
    )
    assert {row.statement.said_by for row in found.rows} == {"President Ardo", "Lumia's defence ministry"}
    assert found.outcome == "conflicting"


NO_DISPUTE = [
    "When does the inquiry sit again?",
    "Who is the former clerk?",
    "May I attend the inquiry?",
]


@pytest.mark.parametrize("question", NO_DISPUTE)
def test_a_dispute_beside_the_point_is_no_answer(question: str) -> None:
    text = (
        "A former clerk told the Hartwick inquiry that Mayor Gordon Pryce had read the asbestos report. "
        "Mr Pryce denied ever having seen it. The inquiry sits again on Monday."
    )
    assert ask(question, passage(0, "Clerk contradicts mayor", text)).outcome == "answered"


def test_a_part_is_no_rival_of_its_whole() -> None:
    text = "The council will close three of the town's nine libraries. Three libraries will go, a letter to the editor says."
    assert ask("How many libraries does the town have?", passage(0, "Libraries", text)).outcome == "answered"


def test_another_count_of_another_thing_beside_it_is_no_rival() -> None:
    text = "The agency said 400 houses in Torv were flooded. About 52,000 homes lost electricity, the operator said."
    found = ask("How many houses were flooded in Torv?", passage(0, "Storm", text))
    assert [row.statement.value for row in found.rows] == [400]


def test_a_later_bulletin_of_the_same_day_has_grown() -> None:
    early = passage(0, "Storm Torv", "Two people were killed in Storm Torv.", "2025-03-04T17:00+00:00")
    late = passage(
        1, "Storm Torv", "Three people were killed in Storm Torv, the agency said.", "2025-03-04T21:00+00:00"
    )
    passages = [
        replace(one, published=replace(one.published, precision="minute", provenance="metadata"))
        for one in (early, late)
    ]
    assert ask("How many people did Storm Torv kill?", *passages).outcome == "answered"
