"""Document templates: HTML with a closed subset of Jinja. What may stand in them, their filters, and filling them in.

Pure: no AWS, no clock, no files, no PDF.
"""

from catalogue.documents.check import check_template
from catalogue.documents.fill import DocumentDataError, fill_template
from catalogue.documents.handed_over import handed_over

__all__ = ["DocumentDataError", "check_template", "fill_template", "handed_over"]
