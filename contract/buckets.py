"""The S3 buckets. All are private, encrypted, versioned, and refuse plain HTTP."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Expiry:
    """How many days objects below a prefix are kept (None: for good), and those that were replaced or deleted."""

    prefix: str
    days: int | None
    replaced_days: int


@dataclass(frozen=True)
class Bucket:
    """A bucket. `notifies`: the queue that hears of each new object. `personal`: what it holds may be about people."""

    name: str
    notifies: str = ""
    expiries: tuple[Expiry, ...] = ()
    personal: bool = False


BUNDLES: Final = Bucket("bundles", notifies="bundle-uploads")
"""What people upload or drop: `uploads/<upload id>/<filename>`; anything dropped elsewhere is compiled too."""

ARTIFACTS: Final = Bucket("artifacts", expiries=(Expiry("catalogue/", days=None, replaced_days=1),))
"""What publishing made, immutable: `processes/<id>/<version>/process.bpmn`, `machine.asl.json`, `source_map.json`,
`report.json`, `forms/<key>.json`, `documents/<template>.html`; `decisions/<id>/<version>.dmn`;
`forms/<key>/<version>.json`; `templates/<key>/<version>.html`; `products/<id>/<version>.json`. And what is made anew
after each release: `catalogue/shelf.jsonl.gz`."""

ARCHIVE: Final = Bucket("archive")
"""Documents: `<instance id>/<document id>.<extension>`."""

EXCHANGE: Final = Bucket("exchange", notifies="catalogue-turns", expiries=(Expiry("", days=90, replaced_days=1),))
"""Files of imports and exports: `imports/<job id>/catalogue.zip`, `changes.csv` or `changes.xlsx`,
`plans/<job id>.json`; `exports/<job id>/` and the same names."""

MEDIA: Final = Bucket(
    "media",
    notifies="catalogue-turns",
    expiries=(Expiry("uploads/", days=7, replaced_days=1), Expiry("media/", days=None, replaced_days=30)),
)
"""Images and files of the catalogue: `uploads/<media id>/<upload id>` until they are checked, then
`media/<what nobody can guess>/<media id>.<extension>`, which the CDN serves."""

VALUES: Final = Bucket("values", expiries=(Expiry("", days=860, replaced_days=1),), personal=True)
"""Large values of processes' variables, as JSON: `<instance id>/<SHA-256>`, `messages/<SHA-256>`. Kept as long as what
refers to them: a message for at most 366 days, then an execution's state for 400, and its history for 90."""

ALL: Final = (BUNDLES, ARTIFACTS, ARCHIVE, EXCHANGE, MEDIA, VALUES)
