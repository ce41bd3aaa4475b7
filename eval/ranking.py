"""Ranking measures a topic, with ir_measures (only importer)."""

from __future__ import annotations

from eval.data import Qrels
from eval.outputs import Rankings


def ranking_values(qrels: Qrels, rankings: Rankings) -> dict[str, dict[str, float]]:
    """Topic id → measure → value for every judged topic; one missing from the run counts as zero.

    nDCG has linear gain, grade / log2(rank + 1). Ties are broken by the order of ``rankings``.
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    if not qrels:
        return {}
    measures = {
        nDCG @ 10: "ndcg@10",
        RR @ 10: "mrr@10",
        **{Success @ k: f"success@{k}" for k in (1, 5, 10)},
        **{R @ k: f"recall@{k}" for k in (5, 10, 100)},
    }
    judgments = [ir_measures.Qrel(topic, article, grade) for topic, g in qrels.items() for article, grade in g.items()]
    run = [
        ir_measures.ScoredDoc(topic, article, float(-rank))
        for topic in qrels
        for rank, article in enumerate(rankings.get(topic, ()))
    ]
    values = {topic: dict.fromkeys(measures.values(), 0.0) for topic in qrels}
    if run:
        for metric in ir_measures.iter_calc(list(measures), judgments, run):
            values[metric.query_id][measures[metric.measure]] = float(metric.value)
    for topic, grades in qrels.items():
        values[topic]["all_evidence@10"] = float(set(grades) <= set(rankings.get(topic, ())[:10]))
    return values
