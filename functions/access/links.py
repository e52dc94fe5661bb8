"""Issuing and revoking case links. The record in `links` is what revokes: a token without one opens nothing.

Record: `<link id>` / `-`: `instanceId`, `taskId`, `quoteId` (of a quote's link, whose other ids are empty), `issuedBy`,
`issuedAt`, `expiresAt` (epoch seconds, the table's TTL), `revokedAt` once revoked.
"""

from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from contract import errors, events, tables
from contract.shapes.common import Finding
from contract.shapes.quotes import NewQuoteLink
from contract.shapes.work import IssuedCaseLink, NewCaseLink
from functions.access.tokens import seal
from functions.runtime import waits
from functions.runtime.calls import Call, LinkGrant
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import NO_SORT, PRESENT, ConditionFailedError, Put, Update
from functions.tasks.ids import key_of

LONGEST: Final = timedelta(days=90)
_DURATION: Final = TypeAdapter(timedelta)


def issue_link(ports: Ports, call: Call) -> IssuedCaseLink:
    """A link for an instance, or for one task of it."""
    wanted: NewCaseLink = call.body
    grant = LinkGrant(ports.ids.new(), _instance(ports, wanted), wanted.task_id)
    return _issue(ports, call, grant, ports.clock.now() + _lifetime(wanted.expires_in))


def issue_quote_link(ports: Ports, call: Call) -> IssuedCaseLink:
    """POST /market/quotes/{id}/link: it opens the quote for as long as it is valid, at most."""
    wanted: NewQuoteLink = call.body
    id_ = call.path["id"]
    quote = ports.store.get(tables.QUOTES, id_)
    if quote is None:
        raise not_found("quote", id_)
    ends = datetime.fromisoformat(quote["validUntil"])
    if ends <= ports.clock.now():
        raise ProblemError(errors.CONFLICT, "This quote is expired: change it, and it is valid again.")
    expires = min(ports.clock.now() + _lifetime(wanted.expires_in), ends)
    return _issue(ports, call, LinkGrant(ports.ids.new(), "", "", id_), expires)


def _issue(ports: Ports, call: Call, grant: LinkGrant, until: datetime) -> IssuedCaseLink:
    now, expires = ports.clock.now(), until.replace(microsecond=0)
    record = {
        "pk": grant.link_id,
        "sk": NO_SORT,
        "instanceId": grant.instance_id,
        "taskId": grant.task_id,
        **({"quoteId": grant.quote_id} if grant.quote_id else {}),
        "issuedBy": call.caller.user,
        "issuedAt": now.isoformat(),
        "expiresAt": int(expires.timestamp()),
    }
    token = seal(ports.signer, grant, expires)
    url = f"{ports.settings.public_url}/#/{'quote' if grant.quote_id else 'case'}/{token}"
    answer = IssuedCaseLink(id=grant.link_id, url=url, token=token, expires_at=expires)
    call.unit.add(Put(tables.LINKS, record))
    about = {"quoteId": grant.quote_id} if grant.quote_id else {"instanceId": grant.instance_id}
    call.unit.emit(events.LINK_ISSUED, {"linkId": grant.link_id, **about, "by": call.caller.user})
    call.commit(answer)
    return answer


def revoke_link(ports: Ports, call: Call) -> None:
    """From now on the link opens nothing. Again is no change."""
    id_ = call.path["id"]
    record = ports.store.get(tables.LINKS, id_)
    if record is None:
        raise not_found("case link", id_)
    if "revokedAt" in record:
        return
    revoked = {"revokedAt": ports.clock.now().isoformat(), "revokedBy": call.caller.user}
    call.unit.add(Update(tables.LINKS, id_, NO_SORT, set=revoked, when=PRESENT))
    call.unit.emit(events.LINK_REVOKED, {"linkId": id_, "instanceId": record["instanceId"], "by": call.caller.user})
    try:
        call.unit.commit()
    except ConditionFailedError as error:
        raise not_found("case link", id_) from error


def _instance(ports: Ports, wanted: NewCaseLink) -> str:
    """The instance that the link is for, which exists. A task is looked for as it is now."""
    if bool(wanted.instance_id) == bool(wanted.task_id):
        raise _wrong("/", "Give either instanceId or taskId.")
    if wanted.instance_id:
        if ports.store.get(tables.INSTANCES, wanted.instance_id, "INSTANCE") is None:
            raise not_found("instance", wanted.instance_id)
        return wanted.instance_id
    key = key_of(wanted.task_id)
    wait = ports.store.get(tables.WAITS, *key) if key else None
    if wait is None or not waits.is_open(wait) or wait.get("kind") != "user":
        raise not_found("open task", wanted.task_id)
    return str(wait["pk"])


def _lifetime(text: str) -> timedelta:
    try:
        lifetime = _DURATION.validate_python(text)
    except ValueError:
        lifetime = LONGEST * 2
    if not timedelta() < lifetime <= LONGEST:
        raise _wrong("/expiresIn", "A case link lives longer than nothing and at most P90D.")
    return lifetime


def _wrong(field: str, words: str) -> ProblemError:
    finding = Finding(code="case-link", message=words, field=field)
    return ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", [finding])
