"""The words for what is wrong with a field, by code and language."""

from typing import Final

MESSAGES: Final = {
    "required": {"en": "This field is required.", "pl": "To pole jest wymagane."},
    "unknown": {"en": "The form has no such field.", "pl": "Formularz nie ma takiego pola."},
    "read-only": {"en": "This field cannot be changed.", "pl": "Tego pola nie można zmienić."},
    "type": {"en": "Expected {expected}.", "pl": "Oczekiwano: {expected}."},
    "min": {"en": "At least {bound}.", "pl": "Co najmniej {bound}."},
    "max": {"en": "At most {bound}.", "pl": "Co najwyżej {bound}."},
    "decimals": {"en": "At most {bound} decimal places.", "pl": "Najwyżej {bound} miejsc po przecinku."},
    "min-length": {"en": "At least {bound} characters.", "pl": "Co najmniej {bound} znaków."},
    "max-length": {"en": "At most {bound} characters.", "pl": "Co najwyżej {bound} znaków."},
    "pattern": {"en": "The value has the wrong form.", "pl": "Wartość ma nieprawidłowy format."},
    "email": {"en": "This is not an e-mail address.", "pl": "To nie jest adres e-mail."},
    "phone": {"en": "This is not a phone number.", "pl": "To nie jest numer telefonu."},
    "iban": {"en": "This is not a valid IBAN.", "pl": "To nie jest prawidłowy numer IBAN."},
    "pesel": {"en": "This is not a valid PESEL number.", "pl": "To nie jest prawidłowy numer PESEL."},
    "nip": {"en": "This is not a valid NIP number.", "pl": "To nie jest prawidłowy numer NIP."},
    "choice": {"en": "This is not one of the choices.", "pl": "Tej wartości nie ma na liście."},
    "passed": {"en": "This date has passed.", "pl": "Ta data już minęła."},
    "rows": {"en": "At most {bound} rows.", "pl": "Najwyżej {bound} wierszy."},
}

EXPECTED: Final = {
    "text": {"en": "text", "pl": "tekst"},
    "number": {"en": "a number", "pl": "liczba"},
    "boolean": {"en": "true or false", "pl": "prawda lub fałsz"},
    "list": {"en": "a list", "pl": "lista"},
    "object": {"en": "an object", "pl": "obiekt"},
    "date": {"en": "a date like 2026-11-22", "pl": "data w formacie 2026-11-22"},
    "time": {"en": "a time like 14:30", "pl": "godzina w formacie 14:30"},
    "datetime": {"en": "a date and time like 2026-11-22T14:30", "pl": "data i godzina w formacie 2026-11-22T14:30"},
    "reference": {"en": "the id of an uploaded file", "pl": "identyfikator przesłanego pliku"},
}


def message(code: str, language: str, *, expected: str = "", bound: object = "") -> str:
    """The sentence for a code; English where the language has none."""
    wanted = language.split("-", 1)[0]
    words = EXPECTED.get(expected, {})
    by_language = MESSAGES[code]
    return by_language.get(wanted, by_language["en"]).format(
        expected=words.get(wanted, words.get("en", "")), bound=bound
    )
