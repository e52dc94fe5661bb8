"""Forms: their schema (a superset of form-js JSON), what is checked at publish, and the server's validation of values.

Pure: no AWS, no clock, no files.
"""

from catalogue.forms.check import read_form
from catalogue.forms.expressions import names_shown
from catalogue.forms.schema import Component, Form, text_in
from catalogue.forms.validate import FieldError, validate_values

__all__ = ["Component", "FieldError", "Form", "names_shown", "read_form", "text_in", "validate_values"]
