"""Values with a check digit or a fixed notation: PESEL, NIP, IBAN, e-mail, phone. Each answers the normal form."""

import re
from datetime import date
from typing import Final

_EMAIL: Final = re.compile(
    r"[^@\s\"(),:;<>\[\\\]]{1,64}@(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.)+[A-Za-z]{2,63}"
)
_PHONE: Final = re.compile(r"\+?[0-9]{7,15}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_IBAN_LENGTHS: Final = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "UA": 29,
}  # fmt: skip
_PESEL_WEIGHTS: Final = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
_NIP_WEIGHTS: Final = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_CENTURIES: Final = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}


def email(text: str) -> str | None:
    """An address with a domain; None if it is none. At most 254 characters (RFC 5321)."""
    good = len(text) <= 254 and _EMAIL.fullmatch(text) and ".." not in text and not text.startswith(".")
    return text if good and not text.split("@", maxsplit=1)[0].endswith(".") else None


def phone(text: str) -> str | None:
    """7 to 15 digits (E.164), a leading `+`, and blanks, dashes, dots or brackets between, which are left out."""
    plain = re.sub(r"[ ().-]", "", text)
    return plain if _PHONE.fullmatch(plain) else None


def iban(text: str) -> str | None:
    """ISO 13616: country's length and the remainder 1 modulo 97. Blanks are left out, letters made capital.

    >>> iban("PL61 1090 1014 0000 0712 1981 2874")
    'PL61109010140000071219812874'
    """
    plain = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(plain) or len(plain) != _IBAN_LENGTHS.get(plain[:2], len(plain)):
        return None
    return plain if int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1 else None


def pesel(text: str) -> str | None:
    """11 digits: a date of birth with the century in the month, and the check digit.

    >>> pesel("44051401359")
    '44051401359'
    """
    digits = _digits(text, 11)
    if digits is None or sum(w * d for w, d in zip(_PESEL_WEIGHTS, digits, strict=True)) % 10:
        return None
    month = digits[2] * 10 + digits[3]
    century = _CENTURIES[month // 20 * 20]
    try:
        date(century + digits[0] * 10 + digits[1], month % 20, digits[4] * 10 + digits[5])
    except ValueError:
        return None
    return text


def nip(text: str) -> str | None:
    """10 digits with a check digit; dashes and a leading `PL` are left out.

    >>> nip("526-104-08-28")
    '5261040828'
    """
    plain = text.replace("-", "").replace(" ", "").removeprefix("PL")
    digits = _digits(plain, 10)
    if digits is None:
        return None
    return plain if sum(w * d for w, d in zip(_NIP_WEIGHTS, digits, strict=False)) % 11 == digits[9] else None


def _digits(text: str, count: int) -> tuple[int, ...] | None:
    good = len(text) == count and text.isascii() and text.isdigit()
    return tuple(int(c) for c in text) if good else None


NOTATIONS: Final = {"email": email, "phone": phone, "iban": iban, "pesel": pesel, "nip": nip}
