"""Checks of everything that a catalogue holds: pure, all problems at once, each with its place and what to do."""

from catalogue.checks.check import check_entry
from catalogue.checks.impact import Broken, impact
from catalogue.checks.references import Reference, media, references
from catalogue.checks.setting import EMPTY, Others
from catalogue.checks.together import Together

__all__ = ["EMPTY", "Broken", "Others", "Reference", "Together", "check_entry", "impact", "media", "references"]
