"""Invented names of players, and how some sportsbooks spell them."""

from __future__ import annotations

import unicodedata
from functools import cache

from nba_api.stats.static import players as static_players

from common.ids import normalise_name

_FIRST_NAMES = (
    "Aaron Abel Adrian Alden Alonzo Amir Andre Anton Ari Aurelio Barrett Bastien Benoît Bogdan Boris Brady Bryce Caleb "
    "Calvin Cedric Clément Colby Curtis Damir Darnell Davor Dejan Demarco Denzel Desmond Dominik Donté Eli Elijah "
    "Emeka Emilio Enzo Esteban Ezra Felix Florian Gideon Goran Hakeem Harvey Henrik Hugo Ibrahim Isaiah Ivan Jaden "
    "Jamal Jarek Jericho Jonas José Julian Kamal Karim Keegan Kofi Kwame Lamar Lars Leandro Leon Luca Luís Malik Marek "
    "Marlon Mateo Matthew Miloš Moussa Nathaniel Nemanja Nicholas Noah Obinna Omar Oscar Otis Pascal Paulo Percy "
    "Quentin Rafael Reggie Rémy Rodrigo Roman Rufus Samir Sergio Silas Stefan Sven Tariq Terrence Théo Thomas Tobias "
    "Tomáš Trevon Tyrell Ulysses Vance Victor Vlad Walter Xavier Yusuf Zachary Zoran"
)
_LAST_NAMES = (
    "Abara Ackerly Adeyemi Aldana Amberson Arroway Baptiste Barlowe Bassett Belmonte Bergström Blackwood Bondarev "
    "Bramwell Brightman Calloway Carrow Castellano Chevalier Clearwater Colburn Corliss Cárdenas Dabrowski Dalmatov "
    "Darrow Delacroix Denholm Diabaté Dorsey Draper Dubois Eastman Ekwueme Ellery Fairbanks Falk Farouk Fontaine Frost "
    "Gaines-Otero Galloway Garnier Georgiev Goodall Grahovac Hadley Halloran Hargrave Hawthorne Hendry Holloway Horvat "
    "Ilić Ingersoll Iwu Jankowski Jovanović Kallio Kamara Keating Kessel Kingsley Kovačević Lachance Langford Larkin "
    "Lindqvist Lockhart Lombardi Mackey Marchetti Marlowe Mbaye McCready Mensah Merriweather Mikkelsen Montague "
    "Moreau Nakamura Navarro Nordstrom Nwosu O'Rourke Obi Okonjo Oduya Pačulia Palmerston Pemberton Petrušev Pickering "
    "Prescott Quarles Radcliffe Rainey Ramírez Redfern Rensburg Rosewood Sandoval Santoro Sesay Shepherd Sinclair "
    "Sokolov Stanhope Steele Stojković Sutcliffe Takács Talbot Tennant Thibault Tierney Traoré Underhill Vasquez Vidal "
    "Voss Wakefield Wexler Whitlock Winslow Wolfe Yamada Yates Zeller-Amadi Zielinski"
)
_SHORT = {"Matthew": "Matt", "Nicholas": "Nick", "Nathaniel": "Nate", "Thomas": "Tom", "Zachary": "Zach"}
# Coprime to the number of names, so that consecutive players get names far apart and none is given twice.
_STRIDE = 7919


@cache
def _free_names() -> tuple[str, ...]:
    """All pairs of a first and a last name that no real player has, bookmakers' short forms included."""
    real = {normalise_name(p["full_name"], keep_suffix=False) for p in static_players.get_players()}
    pairs = [(f, last) for f in _FIRST_NAMES.split() for last in _LAST_NAMES.split()]
    free = [
        f"{f} {last}"
        for f, last in pairs
        if not {normalise_name(f"{f} {last}"), normalise_name(f"{_SHORT.get(f, f)} {last}")} & real
    ]
    # One name fewer than a multiple of the stride would break the walk through all of them.
    return tuple(free[:-1] if len(free) % _STRIDE == 0 else free)


def full_name(number: int, draw: float) -> str:
    """The name of a seed's player `number`; `draw` in [0, 1) gives a few a suffix."""
    names = _free_names()
    suffix = " Jr." if draw < 0.03 else " II" if draw < 0.035 else " III" if draw < 0.045 else ""
    return names[number * _STRIDE % len(names)] + suffix


def bookmaker_name(name: str, draw: float) -> str:
    """How a sportsbook spells `name`: by `draw` in [0, 1) as it is, or without accents and suffix, or short."""
    short = " ".join(_SHORT.get(word, word) for word in name.split())
    if short != name and draw < 0.3:
        return short
    if draw < 0.5:
        plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        return plain.removesuffix(" Jr.").removesuffix(" III").removesuffix(" II")
    if draw > 0.99:
        first, _, rest = name.partition(" ")
        return f"{rest} {first}" if " " not in rest else name
    return name
