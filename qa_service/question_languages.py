"""Function words of the languages that questions are asked in beside English, and which of them a question is in.

A question is too short to guess its language by its letters. It is in another language than English where at least two
of its words without a capital are function words of that language, and more than are of English.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[^\W\d_]+")

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "de": "der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine in im an"
        " am auf aus bei beim mit nach von vom vor zu zum zur für über unter durch gegen um bis seit ohne"
        " wer wen wem wessen was wann wo wohin woher warum weshalb wieso wie viel viele welche welcher"
        " welches welchen welchem ist sind war waren wird werden wurde wurden worden hat haben hatte"
        " hatten kann können konnte konnten soll sollen sollte muss müssen musste mussten darf dürfen"
        " durfte durften es er sie ihr ihre ihren sein seine sich als auch noch schon nur dass diese"
        " dieser dieses jetzt denn so",
        "fr": "le la les l un une des du de d au aux à en dans par pour sur sous avec sans et ou mais ne pas"
        " qui que qu quoi quel quelle quels quelles quand où pourquoi comment combien est sont était"
        " étaient a ont avait avaient été sera il elle ils elles on se s ce cet cette ces son sa ses leur"
        " leurs y n t chez vers plus",
        "es": "el la los las un una unos unas de del al a en por para con sin sobre entre hasta desde y o pero"
        " no que qué quién quien quiénes cuál cuáles cuándo cuando dónde donde adónde cómo como cuánto"
        " cuánta cuántos cuántas es son era eran fue fueron ha han había habían ser está están se su sus"
        " lo le les este esta estos estas ese esa más",
        "it": "il lo la i gli le l un uno una di del dello della dei degli delle a al alla ai alle da dal dalla"
        " in nel nella con su sul sulla per tra fra e o ma non che chi cosa quale quali quando dove perché"
        " come quanto quanta quanti quante è sono era erano ha hanno aveva stato stata si suo sua questo"
        " questa più",
        "pt": "o a os as um uma de do da dos das ao à em no na nos nas por pelo pela para com sem sobre e ou"
        " mas não que quem qual quais quando onde como quanto quanta quantos quantas porque é são era eram"
        " foi foram tem têm havia se seu sua seus suas este esta esse essa mais",
        "nl": "de het een en of maar niet geen in op aan bij met naar van voor door over uit tot om te wie wat"
        " wanneer waar waarom hoe hoeveel welk welke is zijn was waren wordt worden werd werden heeft"
        " hebben had hadden kan kon moet moest zal zou er die dat deze dit hij zij ze hun zich ook nog",
    }.items()
}
"""As written, in lower case."""


def question_language(question: str, english: Collection[str]) -> str | None:
    """The language, of those above, that a question is in by its function words; None for English and all others."""
    words = {word for word in _WORD.findall(question[:1].lower() + question[1:]) if word.islower()}
    counts = {language: len(words & own) for language, own in FUNCTION_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= 2 and counts[best] > len(words.intersection(english)) else None
