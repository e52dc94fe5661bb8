"""A decision table as boxes over its inputs: what its rules leave out, and where they meet.

axes.py cuts each input into points that no cell tells apart further; boxes.py searches for gaps and overlaps. Every
claim comes with a counter-example; where a cell cannot be judged without its variables, nothing is claimed.
"""

from state_machines.dmn.regions.boxes import Boxes, Example, TooLarge
from state_machines.dmn.regions.table import boxes_of

__all__ = ["Boxes", "Example", "TooLarge", "boxes_of"]
