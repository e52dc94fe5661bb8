"""Which version is meant of what a process calls by its id. Values only: who knows the versions looks them up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """A decision as it is called, in Camunda's words. `version`: its number or its version tag, by the binding.

    `latest` is the version that is current, or published together with the process, when the process is published.
    """

    id: str
    binding: str = "latest"
    version: str = ""

    @property
    def name(self) -> str:
        """One text for it, by which a published process finds the version that it was published with.

        >>> Bound("grade").name, Bound("grade", "deployment").name, Bound("grade", "version", "2").name
        ('grade', 'grade#deployment', 'grade#version#2')
        """
        if self.binding == "latest":
            return self.id
        return "#".join((self.id, self.binding, *([self.version] if self.version else ())))

    @property
    def number(self) -> int | None:
        """The version's number; None where there can be no such version.

        >>> Bound("grade", "version", "02").number, Bound("grade", "version", "two").number
        (2, None)
        """
        text = self.version
        digits = self.binding == "version" and text.isascii() and text.isdigit() and len(text) <= 8
        return (int(text) or None) if digits else None
