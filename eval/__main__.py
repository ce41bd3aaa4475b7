"""``python -m eval``: runs, scores, compares and reports evaluations.

Exit status: 0 done; 1 the service refused some articles or questions, each named on stderr; 2 usage or environment
error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.asker import HttpAsker, LocalAsker, ingest, read_config
from eval.data import Qrels, Topic, read_qrels, read_topics, support_qrels
from eval.errors import EvalError
from eval.events import Events, read_events
from eval.run import AskedAt
from index.errors import QAError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status; wrong usage exits 2 by itself."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    options = parser.parse_args(given)
    try:
        return options.command(options, given)
    except (QAError, OSError) as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("eval: interrupted; unfinished files end in .part", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace, given: Sequence[str]) -> int:
    from eval.outputs import clear
    from eval.provenance import provenance
    from eval.run import run_topics
    from eval.scoring import headline, score_folder

    _check_run(options)
    topics, qrels = _gold(options)
    _events(options)  # a wrong line is found before anything is asked
    for topic in topics:  # an asked-at that cannot be moved is found before anything is asked
        options.asked_at.of(topic)
    run = provenance(given)
    ingested = None
    if options.corpus:
        ingested = ingest(options.corpus, _data_dir(options), read_config(options.config))
    with _asker(options) as asker:
        run |= {**_gold_record(options), "threshold": asker.threshold(), "service": asker.describe()}
        clear(options.out)
        with _progress(len(topics)) as advance:
            failures = run_topics(asker, topics, options.out, asked_at=options.asked_at, done=advance)
    for failure in failures:
        print(f"eval: topic {failure.id} failed: {failure.reason}", file=sys.stderr)
    metrics = score_folder(
        options.out, topics, qrels, run=run, events=_events(options), failures=failures, ingest=ingested
    )
    print(headline(metrics))
    print(f"report: {options.out / 'report.html'}")
    return 1 if failures or (ingested or {}).get("refused") else 0


def _score(options: argparse.Namespace, given: Sequence[str]) -> int:
    from eval.outputs import METRICS, read_json
    from eval.provenance import command_line
    from eval.run import Failure
    from eval.scoring import headline, score_folder

    topics, qrels = _gold(options)
    before = read_json(options.folder / METRICS)
    failures = [Failure(**failure) for failure in before["failed"]]
    run = {**before["run"], **_gold_record(options), "scored_with": command_line(given)}
    metrics = score_folder(
        options.folder, topics, qrels, run=run, events=_events(options), failures=failures, ingest=before["ingest"]
    )
    print(headline(metrics))
    return 0


def _compare(options: argparse.Namespace, given: Sequence[str]) -> int:
    from eval.compare import compare

    qrels = read_qrels(options.qrels, min_rel=options.min_rel) if options.qrels else None
    differences = compare(options.dir_a, options.dir_b, qrels=qrels)
    if options.json:
        print(json.dumps([asdict(difference) for difference in differences], indent=2))
        return 0
    print(f"{'measure':30} {'lines':5} {'n':>5} {'A':>7} {'B':>7} {'B − A':>8}  {'95% interval':>18}  {'p':>6}")
    for d in differences:
        means = f"{d.mean_a:7.3f} {d.mean_b:7.3f} {d.difference:+8.3f}"
        print(f"{d.measure:30} {d.half:5} {d.n:5} {means}  {f'{d.low:+.3f} … {d.high:+.3f}':>18}  {d.p:6.4f}")
    return 0


def _report(options: argparse.Namespace, given: Sequence[str]) -> int:
    from eval.report import write_report

    print(write_report(options.folder))
    return 0


def _gold(options: argparse.Namespace) -> tuple[list[Topic], Qrels]:
    everything = read_topics(options.topics)
    qrels = read_qrels(options.qrels, min_rel=options.min_rel) if options.qrels else support_qrels(everything)
    if options.qrels is None and not qrels:
        raise EvalError("--qrels is needed: no topic names its supporting articles")
    known = {topic.id for topic in everything}
    unknown = [topic for topic in qrels if topic not in known]
    if options.qrels and len(unknown) == len(qrels):
        raise EvalError(f"{options.qrels}: judges no topic of {options.topics} with grade {options.min_rel} or more")
    if unknown:
        left_out = f"{options.qrels} judges {len(unknown)} topics that {options.topics} lacks: left out"
        print(f"eval: {left_out}", file=sys.stderr)
    return everything[: options.limit], qrels


def _gold_record(options: argparse.Namespace) -> dict[str, Any]:
    files = {name: str(path) if (path := getattr(options, name)) else None for name in ("topics", "qrels", "events")}
    return {**files, "min_rel": options.min_rel, "limit": options.limit}


def _events(options: argparse.Namespace) -> Events | None:
    return read_events(options.events) if options.events else None


def _check_run(options: argparse.Namespace) -> None:
    if options.url:
        wrong = [name for name in ("corpus", "data_dir", "config") if getattr(options, name)]
        if wrong:
            named = ", ".join("--" + name.replace("_", "-") for name in wrong)
            raise EvalError(f"--url asks a service that runs already: {named} cannot be given with it")
    elif not options.corpus and not options.data_dir:
        raise EvalError("one of --corpus, --url or --data-dir (already built) is needed")
    elif options.corpus and not options.corpus.exists():
        raise EvalError(f"--corpus {options.corpus}: no such file")
    elif options.data_dir and not options.corpus and not options.data_dir.is_dir():
        raise EvalError(f"--data-dir {options.data_dir}: no such folder, and no --corpus to build it from")


def _asker(options: argparse.Namespace) -> Any:
    if options.url:
        return closing(HttpAsker(options.url))
    return closing(LocalAsker.open(_data_dir(options), read_config(options.config)))


def _data_dir(options: argparse.Namespace) -> Path:
    return options.data_dir or options.out / "data"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Yields the function to call after each topic; it draws on a terminal only."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (*Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("asking", total=total)
        yield lambda: progress.advance(task)


def _parser() -> argparse.ArgumentParser:
    about = "Measures the service on gold questions."
    parser = argparse.ArgumentParser(prog="python -m eval", description=about, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="ask every topic and score the answers", allow_abbrev=False)
    run.set_defaults(command=_run)
    run.add_argument("--corpus", type=Path, metavar="FILE.jsonl[.gz]", help="articles to ingest first")
    run.add_argument("--url", help="ask a running service instead")
    run.add_argument("--out", type=Path, required=True, metavar="DIR")
    run.add_argument("--data-dir", type=Path, metavar="DIR", help="the service's data (default: OUT/data)")
    run.add_argument("--config", type=Path, metavar="FILE", help="settings by name, TOML or JSON")
    run.add_argument("--asked-at", type=_asked_at, default=AskedAt(), metavar="topic|none|±DAYS|DATE")
    _gold_options(run)

    score = commands.add_parser("score", help="score a finished run again, with other judgments", allow_abbrev=False)
    score.set_defaults(command=_score)
    score.add_argument("folder", type=Path, metavar="DIR")
    _gold_options(score)

    compare = commands.add_parser("compare", help="paired difference of two runs", allow_abbrev=False)
    compare.set_defaults(command=_compare)
    compare.add_argument("dir_a", type=Path, metavar="DIR_A")
    compare.add_argument("dir_b", type=Path, metavar="DIR_B")
    compare.add_argument("--qrels", type=Path, metavar="FILE.txt", help="compare rankings against these judgments")
    compare.add_argument("--min-rel", type=_positive, default=1, metavar="N")
    compare.add_argument("--json", action="store_true")

    report = commands.add_parser("report", help="write report.html again", allow_abbrev=False)
    report.set_defaults(command=_report)
    report.add_argument("folder", type=Path, metavar="DIR")

    fit = commands.add_parser("fit", help="fit sentence ranker and confidence on even lines", allow_abbrev=False)
    fit.set_defaults(command=_fit)
    fit.add_argument(
        "--set", dest="sets", action="append", required=True, metavar="NAME:DATA_DIR:TOPICS[:foreign][:WEIGHT]"
    )
    fit.add_argument("--out", type=Path, default=Path("qa_service/confidence.json"), metavar="FILE.json")
    fit.add_argument("--folds", type=_positive, default=8, metavar="N", help="of the cross-validated figures")
    fit.add_argument(
        "--ablate", action="store_true", help="store nothing; print the figures without each group of features"
    )

    demo = Path("eval/gold/demo")
    bench = commands.add_parser(
        "bench", help="measure speed against bare encoding and plain search", allow_abbrev=False
    )
    bench.set_defaults(command=_bench)
    bench.add_argument("--corpus", type=Path, metavar="FILE.jsonl[.gz]", help="articles to ingest, cold")
    bench.add_argument("--data-dir", type=Path, metavar="DIR", help="an archive to ask")
    bench.add_argument("--topics", type=Path, default=demo / "topics.jsonl", metavar="FILE.jsonl")
    bench.add_argument("--limit", type=_positive, default=200, metavar="N", help="articles and topics")
    bench.add_argument("--rounds", type=_positive, default=4, metavar="N")
    return parser


def _bench(options: argparse.Namespace, _: Sequence[str]) -> int:
    from eval.bench import bench_ask, bench_ingest

    result: dict[str, Any] = {}
    if options.corpus:
        result["ingest"] = bench_ingest(options.corpus, options.limit, options.rounds)
    if options.data_dir:
        topics = read_topics(options.topics)[: options.limit]
        result["ask"] = bench_ask(
            options.data_dir,
            [{"question": t.question} | ({"asked_at": t.asked_at} if t.asked_at else {}) for t in topics],
        )
    print(json.dumps(result, indent=1))
    return 0


def _fit(options: argparse.Namespace, _: Sequence[str]) -> int:
    from eval.boosting import BoostingOptions
    from eval.cross_validation import ablate
    from eval.fit import TuningSet, candidates, fit, gather

    try:
        sets = [TuningSet.parse(value) for value in options.sets]
    except ValueError as error:
        raise EvalError(f"--set: {error}; expected NAME:DATA_DIR:TOPICS[:foreign][:WEIGHT]") from error
    cases = gather(sets)
    if options.ablate:
        print(json.dumps(ablate(candidates(cases), options.folds, options=BoostingOptions()), indent=1))
    else:
        print(json.dumps(fit(cases, options.out, folds=options.folds), indent=1))
    return 0


def _gold_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--topics", type=Path, required=True, metavar="FILE.jsonl")
    judgments = "TREC judgments (default: the topics' supporting articles)"
    parser.add_argument("--qrels", type=Path, metavar="FILE.txt", help=judgments)
    parser.add_argument("--min-rel", type=_positive, default=1, metavar="N", help="lowest relevant grade")
    parser.add_argument("--events", type=Path, metavar="FILE.txt", help="what each article tells of")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N topics")


def _asked_at(value: str) -> AskedAt:
    try:
        return AskedAt.parse(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _positive(value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a whole number of 1 or more")
    return int(value)


if __name__ == "__main__":
    sys.exit(main())
