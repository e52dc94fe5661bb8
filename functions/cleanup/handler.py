"""Lambda entry of cleanup: CloudFormation's custom resource."""

from functions.cleanup.answering import answer_stack
from functions.cleanup.spec import SPEC
from functions.runtime.handler import Handler

handle = Handler(SPEC, direct=answer_stack)
