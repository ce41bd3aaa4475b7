"""Models of a few thousand numbers, made here from a config, whose weights are set so that what they do is known.

Token embeddings are the only numbers that differ from zero, and the layers hand them on. A word that a model is to
notice has a direction of its own; every other word has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_WIDTH = 16
_LONGEST = 256


def tiny_embedder(folder: Path, texts: Iterable[str], *, seed: int, width: int = _WIDTH) -> Path:
    """An embedding model: each word of ``texts`` has a random direction, and a text is the mean of its words."""
    import torch
    from transformers import BertModel

    words = sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]", text.lower())})
    torch.manual_seed(seed)
    model = BertModel(_config(len(words) + len(_SPECIAL), width)).requires_grad_(False)
    embeddings = torch.randn_like(model.embeddings.word_embeddings.weight)
    embeddings[: len(_SPECIAL)] = 0
    return _save(folder, _passing_on(model), model, embeddings, words)


def tiny_cross_encoder(folder: Path, liked: str, *, labels: int = 1) -> Path:
    """A cross-encoder: a pair of texts scores about 1 where ``liked`` occurs in either, and 0 where it does not."""
    import torch
    from transformers import BertForSequenceClassification

    model = BertForSequenceClassification(_config(len(_SPECIAL) + 1, num_labels=labels)).requires_grad_(False)
    bert = _passing_on(model.bert)
    # Every token looks at all tokens alike, so that the first one knows what occurs anywhere.
    attention = bert.encoder.layer[0].attention
    attention.self.value.weight.copy_(torch.eye(_WIDTH))
    attention.output.dense.weight.copy_(torch.eye(_WIDTH))
    bert.pooler.dense.weight.copy_(torch.eye(_WIDTH))
    model.classifier.weight.zero_()
    model.classifier.weight[0, 0] = 1
    model.classifier.bias.zero_()
    embeddings = torch.zeros_like(bert.embeddings.word_embeddings.weight)
    embeddings[len(_SPECIAL), 0] = 1
    return _save(folder, bert, model, embeddings, [liked])


def tiny_reader(folder: Path, first: str, last: str) -> Path:
    """A reader: an answer begins at the word ``first`` and ends at ``last``; without either there is no answer."""
    import torch
    from transformers import BertForQuestionAnswering

    model = BertForQuestionAnswering(_config(len(_SPECIAL) + 2)).requires_grad_(False)
    bert = _passing_on(model.bert)
    model.qa_outputs.bias.zero_()
    model.qa_outputs.weight.zero_()
    model.qa_outputs.weight[0, 0] = model.qa_outputs.weight[1, 2] = 2
    model.qa_outputs.weight[:, 1] = 1
    embeddings = torch.zeros_like(bert.embeddings.word_embeddings.weight)
    embeddings[2, 1] = embeddings[len(_SPECIAL), 0] = embeddings[len(_SPECIAL) + 1, 2] = 1
    return _save(folder, bert, model, embeddings, [first, last])


def _config(words: int, width: int = _WIDTH, **more: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=words,
        hidden_size=width,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=_LONGEST,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        **more,
    )


def _passing_on(bert: Any) -> Any:
    """The body of a model with everything but its norms set to zero, so that each token keeps its embedding."""
    for name, weights in bert.named_parameters():
        if "LayerNorm" not in name:
            weights.zero_()
    return bert


def _save(folder: Path, bert: Any, model: Any, embeddings: Any, words: list[str]) -> Path:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    bert.embeddings.word_embeddings.weight.copy_(embeddings)
    model.save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate([*_SPECIAL, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=_LONGEST,
    ).save_pretrained(folder)
    return folder
