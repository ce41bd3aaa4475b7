"""What the page itself says: comment forms, share bars, advertisements, cookies, links, rights."""

from __future__ import annotations

from index.furniture.rule import rule

_NETWORK = (
    r"(?:facebook|twitter|x|whats\s?app|telegram|linkedin|reddit|pinterest|e-?mail|print|copy link|messenger"
    r"|instagram|threads|bluesky|flipboard|tumblr|pocket|link|save|share|tweet|comments?)"
)
MACHINERY = (
    rule(
        "comment form",
        "comment|reply|address|required|logged|join the|save my",
        r"\A(?:leave a (?:reply|comment)|post a comment|add a comment|cancel reply"
        r"|your e-?mail address will not be published|required fields are marked"
        r"|you must be logged in to (?:post|comment)|join the (?:conversation|discussion)\Z|save my name, e-?mail"
        r"|view (?:all )?comments\b|(?:\d{1,5} )?comments?\W{0,3}(?:\d{1,5}\W?)?\Z)",
        longest=250,
    ),
    rule(
        "share bar",
        "share",
        rf"\W*share(?:\W|this\b|via\b|on\b|with\b|it\b|story\b|article\b|post\b|news\b|{_NETWORK}\b){{0,30}}",
        longest=150,
        whole=True,
    ),
    rule(
        "share bar",
        "facebook|twitter|tweet|whatsapp|email|print",
        rf"{_NETWORK}(?:[\s,|•·/]+{_NETWORK}){{1,12}}\W*",
        longest=150,
        whole=True,
    ),
    rule(
        "advertisement",
        "advert|sponsored|promoted|continues|skip ad|remove ads",
        r"\W*(?:advertise?ments?|advertorial|sponsored(?: content| by\b.{0,40})?|promoted content"
        r"|(?:story|article) continues (?:below|after)(?: (?:the |this )?ad(?:vertisement)?)?"
        r"|skip ad(?:vertisement)?|remove ads)\W*",
        longest=100,
        whole=True,
    ),
    rule(
        "advertisement",
        "this ad|video player|video ad|we occasionally|we may",
        r"\Ahow relevant is this ad\b|\Avideo player was slow to load|\Avideo ad feedback\b"
        r"|\Awe (?:occasionally|may) (?:recommend|earn)\b.{0,200}\b(?:commission|affiliate|fee|purchase)",
        longest=900,
    ),
    rule(
        "cookies",
        "cookie",
        r"\A\W*(?:we|this (?:web\s?)?site|our (?:web\s?)?site|our partners)\b[^.]{0,60}\buses? cookies\b"
        r"|\A(?:accept|reject|manage) (?:all )?cookies?\b",
        longest=600,
    ),
    rule(
        "cookies",
        "you agree|you consent|you accept|you have shared|object to the use",
        r"\Aby (?:continuing|clicking|using)\b[^.]{0,80}\byou (?:agree|consent|accept)\b"
        r"|\Awe will use the (?:details|information) you have shared|\Aif you wish to object to the use of your data",
        longest=900,
    ),
    rule(
        "link",
        "read|see also|related|watch|recommended|more|in p|miss|pick|also like|trending|top stories",
        r"\A\W*(?:also read|read also|read more|read next|more to read|read the full (?:story|article|report)|see also"
        r"|related(?: (?:story|stories|article|articles|news|content|coverage|link|links|video|videos))?"
        r"|watch(?: now| live| video)?|recommended|more (?:on|from) [^:.]{1,40}|more|in (?:pictures|photos)"
        r"|don[’']t miss|editor[’']s picks?|you (?:may|might) also like|trending(?: now)?|most read|top stories)"
        r" ?(?:[:|»>]|\Z)",
        longest=220,
    ),
    rule("link", "here", r"\A(?:click|tap) here\b|\bcheck your local forecast here\b", longest=250),
    rule(
        "link",
        "more|read|listen",
        r"(?:read (?:more|the full story|on)|learn more|find out more|continue reading|see more|show more|load more"
        r"|listen)(?: (?:here|about it here|on [\w.]{2,30}))?\W*",
        longest=100,
        whole=True,
    ),
    rule(
        "link",
        ":",
        r"\A[^:.!]{3,60}[^\s\d:]:[“\"'‘]?[A-Z][^:]{8,150}[^.!\"”]\Z",  # a label run into a headline
        longest=220,
        exact_case=True,
    ),
    rule("link", "break?|puzzle", r"\Aneed a (?:news )?break\?|\Alooking for a free mini puzzle\b"),
    rule(
        "follow us",
        "follow|like|find|join|connect",
        r"\A\W*(?:follow|like|find|join|connect with) (?:us|our|me|[A-Z@][\w’'.@-]*)\b[^!?]{0,120}"
        r"\bon (?:x\b|twitter|facebook|instagram|youtube|threads|tiktok|linkedin|social|google|bluesky)",
    ),
    rule(
        "rights notice",
        "rights reserved|©|copyright|(c)|may not be",
        r"\ball rights reserved\b|\A\W*(?:©|\(c\)|copyright) ?(?:©|\(c\))? ?(?:19|20)[0-9]{2}\b"
        r"|\bmay not be (?:published|reproduced),? (?:broadcast|rewritten|redistributed|without)",
    ),
)
