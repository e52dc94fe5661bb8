"""Lambda entry of access: case links, and the authorizer of what they open."""

import time

from contract import routes
from functions.access.authorizer import Authorizer
from functions.access.links import issue_link, issue_quote_link, revoke_link
from functions.access.pool import TokenChecker
from functions.access.spec import SPEC
from functions.runtime.handler import Handler

handle = Handler(
    SPEC,
    routes={
        routes.NEW_CASE_LINK: issue_link,
        routes.LINK_QUOTE: issue_quote_link,
        routes.REVOKE_CASE_LINK: revoke_link,
    },
    direct=Authorizer(TokenChecker(time.time)),
)
