"""Lambda entry of identity."""

from functions.identity.scopes import add_scopes
from functions.identity.spec import SPEC
from functions.runtime.handler import Handler

handle = Handler(SPEC, direct=add_scopes)
