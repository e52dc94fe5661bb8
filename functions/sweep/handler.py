"""Lambda entry of the sweep: a schedule."""

from functions.runtime.handler import Handler
from functions.sweep.spec import SPEC
from functions.sweep.sweeping import sweep

handle = Handler(SPEC, direct=sweep)
