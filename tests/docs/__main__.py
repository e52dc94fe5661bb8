"""`python -m tests.docs` writes the pages that are made of tests."""

from tests.docs.bpmn_page import PAGE, page

PAGE.write_text(page())
print(f"Wrote docs/{PAGE.name}")
