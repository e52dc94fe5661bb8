"""The kinds of things that a catalogue holds, each with its shape. All are drafted, approved and published alike."""

from dataclasses import dataclass
from typing import Final

from catalogue.kinds.dictionary import Dictionary
from catalogue.kinds.medium import Medium
from catalogue.kinds.model import DomainModel
from catalogue.kinds.package import Package
from catalogue.kinds.page import Page
from catalogue.kinds.parts import Entry
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion
from catalogue.kinds.segment import Segment


@dataclass(frozen=True)
class Kind:
    """A kind: what one is called, what many are called (as in paths of the API), and its shape."""

    name: str
    collection: str
    shape: type[Entry]


MODEL: Final = Kind("model", "models", DomainModel)
DICTIONARY: Final = Kind("dictionary", "dictionaries", Dictionary)
SEGMENT: Final = Kind("segment", "segments", Segment)
PRODUCT: Final = Kind("product", "products", Product)
PACKAGE: Final = Kind("package", "packages", Package)
PROMOTION: Final = Kind("promotion", "promotions", Promotion)
PAGE: Final = Kind("page", "pages", Page)

ALL: Final = (DICTIONARY, MODEL, SEGMENT, PRODUCT, PACKAGE, PROMOTION, PAGE)
"""In the order in which they refer to each other: what is used stands before what uses it."""

MEDIA: Final = Kind("media", "media", Medium)
"""What is uploaded, not drafted: it is there, or it is not. Therefore none of `ALL`."""
