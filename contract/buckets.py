"""The S3 buckets. All are private, encrypted, versioned, and refuse plain HTTP."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Bucket:
    """A bucket. `notifies`: the queue that hears of each new object."""

    name: str
    notifies: str = ""


BUNDLES: Final = Bucket("bundles", notifies="bundle-uploads")
"""What people upload or drop: `uploads/<upload id>/<filename>`; anything dropped elsewhere is compiled too."""

ARTIFACTS: Final = Bucket("artifacts")
"""What publishing made, immutable: `processes/<id>/<version>/process.bpmn`, `machine.asl.json`, `source_map.json`,
`report.json`, `forms/<key>.json`, `documents/<template>.html`; `decisions/<id>/<version>.dmn`;
`forms/<key>/<version>.json`; `templates/<key>/<version>.html`; `products/<id>/<version>.json`."""

ARCHIVE: Final = Bucket("archive")
"""Documents: `<instance id>/<document id>.<extension>`."""

EXCHANGE: Final = Bucket("exchange", notifies="catalogue-turns")
"""Files of imports and exports: `imports/<job id>/catalogue.zip`, `changes.csv` or `changes.xlsx`,
`plans/<job id>.json`; `exports/<job id>/` and the same names."""

MEDIA: Final = Bucket("media", notifies="catalogue-turns")
"""Images and files of the catalogue: `uploads/<media id>/<upload id>` until they are checked, then
`media/<what nobody can guess>/<media id>.<extension>`, which the CDN serves."""

ALL: Final = (BUNDLES, ARTIFACTS, ARCHIVE, EXCHANGE, MEDIA)
