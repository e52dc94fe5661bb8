"""Limits of Step Functions (Standard workflows) that a definition is checked against. Values only."""

from typing import Final

DEFINITION_BYTES: Final = 1_048_576
STATE_NAME_LENGTH: Final = 80
VARIABLE_NAME_LENGTH: Final = 80
PAYLOAD_BYTES: Final = 262_144
HISTORY_EVENTS: Final = 25_000
MAX_SECONDS: Final = 99_999_999
EXPRESSION_DEPTH: Final = 95
CAUSE_LENGTH: Final = 4_000
"""What an incident keeps of a cause; Step Functions itself allows 32,768 characters."""
