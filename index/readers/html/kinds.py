"""What a page is instead of an article: a consent wall, a preview, a gallery, a list of articles, an error."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from index.readers.html.facts import Facts
from index.readers.html.tree import Element, elements, text_of

_CONSENT = re.compile(
    r"\b(?:cookies?|consent|einwilligung|datenschutz|zustimmen|accept all|alle akzeptieren|privacy|tracking|rgpd|gdpr"
    r"|werbefrei)\b",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"\b(?:subscribe|subscription|subscribers?|already a member|log ?in to (?:read|continue)|to continue reading"
    r"|keep reading|weiterlesen mit|abo(?:nnieren|nnent\w*)?|angebot wählen|réservé aux abonnés|abonnez-vous"
    r"|suscríbete|solo para suscriptores)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:404|page not found|seite nicht gefunden|page introuvable|access denied|are you a robot|enable javascript"
    r"|just a moment)\b",
    re.IGNORECASE,
)
_LEAST = 250
"""Characters of the shortest report that stands for itself."""
_LISTS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})
_GALLERIES = frozenset({"ImageGallery", "MediaGallery", "PhotographAction"})


def not_an_article(tree: Element, facts: Facts, text: str, url: str | None) -> str | None:
    """Why the page is no article, in words for whoever sent it; None where it is one."""
    words = len(text)
    body = elements(tree, "//body")
    whole = text_of(body[0]) if body else ""
    if words < _LEAST:
        if _GONE.search(whole[:600]):
            return "is an error page, not an article"
        if len(_CONSENT.findall(whole)) >= 3 and len(_CONSENT.findall(whole)) * 400 > len(whole):
            return "is a consent wall: the article is not on the page"
        if not facts.is_free or (words and len(_PAYWALL.findall(whole)) >= 2):
            return "is a preview: the article is behind a paywall"
    if _is_list(tree, facts, text, url):
        return "is a list of articles, not an article"
    if _is_gallery(tree, facts, words):
        return "is a gallery: pictures with captions, no report"
    return None if text else "holds no article text"


def _is_list(tree: Element, facts: Facts, text: str, url: str | None) -> bool:
    is_front = url is not None and urlsplit(url).path in {"", "/"} and not urlsplit(url).query
    if not is_front and not (_LISTS & facts.kinds and not facts.published):
        return False
    linked = sum(len(text_of(link)) for link in elements(tree, "//body//a"))
    return linked > len(text) or len(elements(tree, "//article")) >= 5


def _is_gallery(tree: Element, facts: Facts, words: int) -> bool:
    pictures = len(elements(tree, "//figure | //*[contains(@class,'gallery')]//img"))
    is_report = any(kind.endswith("Article") for kind in facts.kinds)
    return bool(_GALLERIES & facts.kinds) and not is_report and words < 120 * max(1, pictures)
