"""Which nouns are human beings, and which words are plural nouns at all."""

from __future__ import annotations

import re

_PEOPLE = set(
    """
    people persons men women children kids girls boys babies infants adults pensioners civilians soldiers troops
    servicemen servicewomen personnel peacekeepers militants rebels separatists insurgents terrorists gunmen
    guards officers police policemen firefighters firemen miners workers staff employees crew sailors fishermen
    anglers passengers pilots airmen drivers cyclists pedestrians patients doctors nurses medics students pupils
    teachers journalists reporters residents inhabitants villagers citizens nationals families refugees migrants
    evacuees returnees prisoners inmates detainees hostages captives suspects victims survivors casualties
    others marchers protesters protestors demonstrators supporters fans spectators visitors guests tourists
    customers members delegates diplomats deputies lawmakers officials volunteers rescuers runners voters
    investors owners tenants crew-members armenians azerbaijanis russians ukrainians turks israelis palestinians
    syrians americans britons dockers welders climbers divers lives ones souls attendees participants fatalities
    deaths mourners recruits conscripts reservists fighters combatants mercenaries priests monks scientists
    engineers experts athletes players peasants farmers shepherds clients applicants graduates relatives parents
    mothers fathers brothers sisters sons daughters twins clerks lawyers judges witnesses burglars robbers
    thieves smugglers hikers campers swimmers commuters neighbours neighbors subscribers users signatories
    attackers assailants bystanders onlookers homeless unemployed wives husbands laureates candidates
    """.split()
)
_NOT_PEOPLE = set(
    """
    numbers quarters papers computers helicopters letters centres centers tractors trailers containers reactors
    sensors shutters orders offers towers boilers flowers rivers meters metres litres liters freighters tankers
    cruisers launchers bombers motors tenders covers powers trackers factors sectors mortars bunkers skyscrapers
    newspapers manoeuvres disorders borders hours years errors colours colors doors floors corridors
    transformers batters chapters shelters ladders hangars mirrors harbours counters trees degrees fees knees
    committees bees guarantees lists posters stickers manifestos dollars cedars calendars cellars pillars
    printers scanners servers routers carriers destroyers minesweepers boosters transporters loaders diggers
    bulldozers excavators trawlers masters matters vouchers quarters answers showers theatres theaters fires
    wires tyres figures measures structures scores stores shores spores chores generators elevators tumours
    conveyors barriers rovers drones feathers timbers embers
    """.split()
)
_IRREGULAR = set(
    """
    sheep aircraft cattle poultry livestock fish deer salmon spacecraft premises salvoes mice geese oxen
    """.split()
)
_NOT_PLURAL = set(
    """
    was has his its this less across perhaps besides towards always says does is us as thus plus minus yes
    versus news was previous various serious famous numerous religious dangerous indigenous anonymous overseas
    whereas sometimes afterwards upwards downwards backwards forwards outdoors indoors nevertheless regardless
    unless business process address access success progress congress campus status virus bus gas bonus census
    crisis basis analysis press pass class loss cross boss grass glass mass mess stress guess discuss according
    hundreds thousands millions billions dozens scores times tens kilometres
    """.split()
)
_PERSON_ENDINGS = re.compile(r"(?:ers|ors|ists|ians|ees|women|men|folk)\Z")
_SINGULARS = {"person": "people", "man": "men", "woman": "women", "child": "children", "serviceman": "servicemen"}


def is_person(noun: str) -> bool:
    """Whether a plural noun names human beings."""
    word = noun.lower()
    return word in _PEOPLE or (word not in _NOT_PEOPLE and _PERSON_ENDINGS.search(word) is not None and len(word) > 4)


def is_plural(word: str) -> bool:
    """Whether a word can be the plural noun that a number counts."""
    lower = word.lower()
    if lower in _NOT_PLURAL:
        return False
    if lower in _PEOPLE or lower in _IRREGULAR or (lower.endswith("men") and is_person(lower)):
        return True
    return re.search(r"[^su']s\Z", lower) is not None and len(lower) > 3 and not lower.endswith(("’s", "'s"))


def plural_of(word: str) -> str | None:
    """The plural of a singular noun for a human being; None for any other word."""
    lower = word.lower()
    if lower in _SINGULARS:
        return _SINGULARS[lower]
    if lower.endswith("man") and f"{lower[:-3]}men" in _PEOPLE:
        return f"{lower[:-3]}men"
    plural = lower[:-1] + "ies" if re.search(r"[^aeiou]y\Z", lower) else f"{lower}s"
    return plural if is_person(plural) else None
