"""Photo credits, and captions that carry one."""

from __future__ import annotations

from index.furniture.rule import AGENCY, AGENCY_NEEDS, NAME, rule

CREDITS = (
    rule(
        "photo credit",
        "(",
        r"\((?:file )?(?:photo|image|picture|video)s?(?: (?:credit|courtesy|by|from)s?:? | ?[0-9]{0,2}: )"
        r"[^()]{1,150}\)\W*\Z",
        longest=600,
    ),
    rule(
        "photo credit",
        "(",
        rf"\((?:AP Photo|Photo by|Image via|Photo via|{AGENCY} (?:Photo|via))[^()]{{0,120}}\)\W*\Z",
        longest=600,
        exact_case=True,
    ),
    rule("photo credit", "/", rf"\A(?:{NAME} ){{1,4}}/ ?{AGENCY}\b", longest=600, exact_case=True),
    rule(
        "photo credit",
        AGENCY_NEEDS,
        rf"(?:/ ?|\bvia |, ?| - |– ?|\. |\A){AGENCY}(?:[/, ]+{AGENCY})*(?:/File)?\Z",
        longest=600,
        exact_case=True,
    ),
    rule(
        "photo credit",
        "/",
        rf"\b(?:REUTERS|AFP|AP Photo|EPA) ?/ ?{NAME}(?: {NAME}){{0,3}}\)?\Z",
        longest=600,
        exact_case=True,
    ),
    rule(
        "photo credit",
        "file|image",
        r"\A(?:FILE(?: PHOTO)? ?[:–—-] |File photo\b|File picture\b|FILE PHOTO\b|Representational? image\b"
        r"|Image (?:source|caption), )",
        longest=500,
        exact_case=True,
    ),
    rule(
        "photo credit",
        "photo|image|picture|illustration|credit",
        r"(?:photo|photograph|image|picture|illustration|(?:mandatory|photo|image) credit|credit)s?(?: by)?:"
        r" [^.!?]{2,100}",
        longest=120,
        whole=True,
    ),
    rule(
        "photo credit",
        "photo|image|picture|illustration",
        rf"(?:Photo|Photograph|Image|Picture|Illustration)s? (?:by|courtesy of) {NAME}(?: {NAME}){{0,5}}"
        r"(?: ?[/|,] ?[\w ]{1,40})?",
        longest=120,
        whole=True,
        exact_case=True,
    ),
    rule(
        "photo credit",  # a caption's sentence, then a name alone
        '. |.” |." ',
        rf"\A[^\"“].{{20,}}[a-z]{{4}}[.][”\"]? (?:Courtesy (?:of )?|From |Obtained by )?{NAME}(?: {NAME}){{1,4}}"
        r"(?:/[\w ./]{2,60})?(?<![.])\Z",
        longest=500,
        exact_case=True,
    ),
)
