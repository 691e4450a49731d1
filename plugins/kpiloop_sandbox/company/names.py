"""Names that sound like people and firms and belong to nobody."""

from dataclasses import dataclass

FIRST_NAMES = (
    "Anna", "Jonas", "Lena", "Paul", "Marie", "Felix", "Laura", "Lukas", "Sophie", "Tobias",
    "Clara", "Moritz", "Hannah", "Jan", "Katrin", "Jürgen", "Nina", "Stefan", "Eva", "Björn",
    "Petra", "Martin", "Greta", "Oliver", "Carla", "Henrik", "Irma", "Matteo", "Giulia", "Luca",
    "Chiara", "Camille", "Hugo", "Élodie", "Louis", "Manon", "Théo", "Sanne", "Daan", "Femke",
    "Bram", "Zofia", "Piotr", "Kasia", "Marek", "Lucía", "Diego", "Carmen", "Álvaro", "Elsa",
    "Nils", "Astrid", "Emma", "George", "Olivia", "Harry", "Grace", "Walter", "Ruth", "Dennis",
    "Yuki", "Haruto", "Aiko", "Priya", "Arjun", "Leyla", "Emre", "Nadia", "Omar", "Mila",
)  # fmt: skip

LAST_NAMES = (
    "Schmidt", "Müller", "Weber", "Wagner", "Becker", "Hoffmann", "Koch", "Richter", "Klein",
    "Wolf", "Neumann", "Schwarz", "Zimmermann", "Krüger", "Hartmann", "Lange", "Krause", "Lehmann",
    "Köhler", "Maier", "Huber", "Gruber", "Steiner", "Moser", "Bauer", "Berger", "Brunner",
    "Keller", "Meier", "Frei", "Dubois", "Moreau", "Laurent", "Lefèvre", "Roux", "Fournier",
    "Jansen", "Visser", "Bakker", "Mulder", "Smit", "Rossi", "Ferrari", "Esposito", "Romano",
    "Greco", "García", "Fernández", "López", "Navarro", "Kowalska", "Nowak", "Wójcik", "Mazur",
    "Lindberg", "Nyström", "Bergman", "Holm", "Taylor", "Walker", "Wright", "Hughes", "Parker",
    "Morgan", "Bennett", "Foster", "Reed", "Tanaka", "Suzuki", "Sato", "Mehta", "Rao", "Kaya",
    "Demir", "Haddad", "Petrov", "Novák", "Horvat", "Popescu", "Larsen",
)  # fmt: skip

JOB_TITLES = (
    "Head of Marketing", "Marketing Manager", "Chief Executive Officer", "Managing Director",
    "Head of Sales", "Sales Manager", "Operations Manager", "Production Manager", "IT Manager",
    "Head of Procurement", "Buyer", "Project Manager", "Product Manager", "Quality Manager",
    "Engineer", "Controller", "Head of Finance", "Assistant to the Board", "Consultant",
)  # fmt: skip

_BEGINNINGS = (
    "Alder", "Amber", "Birken", "Blau", "Bright", "Castell", "Clear", "Delta", "Eichen", "Elbe",
    "Falken", "Fels", "Fjord", "Granit", "Grün", "Hafen", "Hansa", "Heron", "Hoch", "Isar",
    "Kiesel", "Klar", "Kron", "Lichten", "Linden", "Maple", "Mill", "Morgen", "Neckar", "Nord",
    "Ostra", "Quell", "Raven", "Ross", "Salz", "Silber", "Spree", "Stern", "Sturm", "Tal",
    "Tannen", "Ufer", "Venn", "Wald", "Weser", "Wind", "Zeder",
)  # fmt: skip
_MIDDLES = (
    "bach", "berg", "bridge", "brunn", "burg", "dorf", "fels", "field", "ford", "furt", "gate",
    "hain", "haus", "heim", "hof", "holm", "kamp", "land", "mark", "moor", "port", "quist",
    "rode", "see", "stadt", "stein", "tal", "thal", "tor", "wald", "werk", "wick", "works",
)  # fmt: skip
_TRADES = (
    "Precision", "Logistics", "Systems", "Maschinenbau", "Software", "Medical", "Foods", "Chemie",
    "Bau", "Automotive", "Optics", "Trading", "Energy", "Packaging", "Analytics", "Textil",
)  # fmt: skip
_LEGAL_FORMS = {
    "Germany": "GmbH", "Austria": "GmbH", "Switzerland": "AG", "France": "SAS",
    "Netherlands": "B.V.", "Italy": "S.r.l.", "Spain": "S.L.", "Poland": "Sp. z o.o.",
    "Sweden": "AB", "United Kingdom": "Ltd", "United States": "Inc.", "Canada": "Inc.",
    "Japan": "K.K.",
}  # fmt: skip

_UMLAUTS = {umlaut: f"{vowel}e" for umlaut, vowel in zip("äöü", "aou", strict=True)}
_ACCENTS = dict(zip("éèáíóñ", "eeaion", strict=True))
_PLAIN = str.maketrans({**_UMLAUTS, **_ACCENTS, "ß": "ss", " ": "-", ".": ""})

# Coprime to its table, so that neighbours in key order get names far apart and no pair repeats
# before the table is used up.
_STRIDE = 7_919
_COMBINATIONS = len(_BEGINNINGS) * len(_MIDDLES) * len(_TRADES)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmName:
    """A firm's full name and the domain of its own that goes with it."""

    name: str
    domain: str


def plain(name: str) -> str:
    """The name as it stands in an e-mail address."""
    return name.lower().translate(_PLAIN)


PLAIN_FIRST_NAMES = tuple(plain(name) for name in FIRST_NAMES)
PLAIN_LAST_NAMES = tuple(plain(name) for name in LAST_NAMES)


def firm_name(key: int, country: str) -> FirmName:
    """The name of the firm with this key; no two keys share a domain."""
    round_, turn = divmod(key, _COMBINATIONS)
    place, trade = divmod(turn * _STRIDE % _COMBINATIONS, len(_TRADES))
    beginning, middle = divmod(place, len(_MIDDLES))
    number = f" {round_ + 1}" if round_ else ""
    label = f"{_BEGINNINGS[beginning]}{_MIDDLES[middle]} {_TRADES[trade]}{number}"
    return FirmName(
        name=f"{label} {_LEGAL_FORMS[country]}",
        domain=f"{plain(label)}.example",
    )
