"""The `product.yaml` of a bundle: what is checked of every product, said with the lines of the file."""

from datetime import datetime

from catalogue.checks.check import check_entry
from catalogue.checks.setting import UNREADABLE, Others
from catalogue.kinds.product import Product
from catalogue.yaml_source import YamlError, read_yaml
from state_machines.diagnostics import Diagnostic


def read_product(
    source: bytes, others: Others, *, at: datetime | None = None, publishing: bool = False
) -> tuple[Product | None, tuple[Diagnostic, ...]]:
    """The product, if it is one, and everything there is to say about it. Arguments as of `check_entry`."""
    try:
        text = read_yaml(source)
    except YamlError as error:
        return None, (Diagnostic(f"PRODUCT-{UNREADABLE:03}", "error", "", error.line, error.message),)
    product, problems = check_entry("product", text.data, others, at=at, publishing=publishing)
    named = product.id if product else ""
    found = tuple(Diagnostic(p.code, p.severity, named, text.line(p.path), p.message) for p in problems)
    return product if isinstance(product, Product) else None, found
