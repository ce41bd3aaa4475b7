"""A citation in every form that the article's page offers to copy."""

from __future__ import annotations

import json
from dataclasses import dataclass

from qa_service.answer import Citation, to_json
from qa_service.citation_formats import read_citation, to_bibtex, to_csl, to_markdown, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationForm:
    """A citation as text, under the name of its form."""

    name: str
    text: str


def citation_forms(citation: Citation) -> list[CitationForm]:
    """One form after the other, the one most wanted first."""
    cited = read_citation(to_json(citation))
    made = {
        "Text": to_text(cited),
        "Markdown": to_markdown(cited),
        "BibTeX": to_bibtex(cited),
        "CSL-JSON": json.dumps(to_csl(cited), ensure_ascii=False, indent=2),
        "Permalink": citation.permalink,
    }
    return [CitationForm(name=name, text=text.strip()) for name, text in made.items()]
