"""Where each extension element of the two dialects is read, and with which attributes. Anything else is refused."""

from typing import Final

Hosts = frozenset[str] | None


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANYWHERE: Final[Hosts] = None
_JOBS: Final = _names("serviceTask sendTask businessRuleTask messageEventDefinition")
_ZEEBE_JOBS: Final = _names("serviceTask sendTask businessRuleTask scriptTask intermediateThrowEvent endEvent")
_FORM: Final = _names("userTask startEvent globalUserTask")
_USER: Final = _names("userTask globalUserTask")
_CALL: Final = _names("callActivity")
_RULE: Final = _names("businessRuleTask globalBusinessRuleTask")

CAMUNDA_HOSTS: Final[dict[str, Hosts]] = {
    "inputOutput": _ANYWHERE,
    "properties": _ANYWHERE,
    "connector": _JOBS,
    "field": _JOBS,
    "errorEventDefinition": _names("serviceTask sendTask businessRuleTask"),
    **dict.fromkeys(("formData", "formProperty"), _FORM),
    "in": _CALL | _names("signalEventDefinition"),
    "out": _CALL,
}
ZEEBE_HOSTS: Final[dict[str, Hosts]] = {
    "ioMapping": _ANYWHERE,
    "properties": _ANYWHERE,
    "taskHeaders": _ANYWHERE,
    "taskDefinition": _ZEEBE_JOBS,
    "formDefinition": _FORM,
    "assignmentDefinition": _USER,
    "taskSchedule": _USER,
    "priorityDefinition": _USER,
    "userTask": _USER,
    "calledDecision": _RULE,
    "calledElement": _CALL,
    "subscription": _names("message"),
    "loopCharacteristics": _names("multiInstanceLoopCharacteristics"),
    "conditionalFilter": _names("conditionalEventDefinition"),
    "script": _names("scriptTask globalScriptTask"),
    "versionTag": _names("process"),
    "userTaskForm": _names("process"),
}
"""The BPMN elements in whose `extensionElements` an extension is read; None: in all."""

CAMUNDA_ATTRIBUTES_OF: Final[dict[str, frozenset[str]]] = {
    "inputParameter": _names("name"),
    "outputParameter": _names("name"),
    "entry": _names("key"),
    "value": _names("id name"),
    "script": _names("scriptFormat resource"),
    "property": _names("id name value"),
    "formField": _names("id label type defaultValue datePattern"),
    "formProperty": _names("id name type required writable default datePattern"),
    "constraint": _names("name config"),
    "in": _names("source sourceExpression target variables businessKey local"),
    "out": _names("source sourceExpression target variables local"),
    "field": _names("name stringValue expression"),
    "errorEventDefinition": _names("id errorRef expression"),
}
ZEEBE_ATTRIBUTES_OF: Final[dict[str, frozenset[str]]] = {
    "taskDefinition": _names("type retries"),
    "input": _names("source target modelerConfigurationTemplate modelerConfigurationName"),
    "output": _names("source target"),
    "header": _names("id key value"),
    "formDefinition": _names("formId formKey externalReference"),
    "assignmentDefinition": _names("assignee candidateUsers candidateGroups"),
    "taskSchedule": _names("dueDate followUpDate"),
    "priorityDefinition": _names("priority"),
    "calledDecision": _names("decisionId resultVariable bindingType versionTag"),
    "calledElement": _names(
        "processId processIdExpression propagateAllChildVariables propagateAllParentVariables bindingType versionTag"
    ),
    "adHoc": _names("activeElementsCollection outputCollection outputElement"),
    "subscription": _names("correlationKey"),
    "conditionalFilter": _names("variableNames variableEvents"),
    "loopCharacteristics": _names("inputCollection inputElement outputCollection outputElement"),
    "script": _names("expression resultVariable"),
    "property": _names("id name value modelerConfigurationTemplate modelerConfigurationName"),
    "versionTag": _names("value"),
    "userTaskForm": _names("id"),
}
NEEDLESS_ATTRIBUTES_OF: Final[dict[tuple[str, str], str]] = {
    ("formDefinition", "bindingType"): "The form that is published together with the process is used.",
    ("formDefinition", "versionTag"): "The form that is published together with the process is used.",
}
NEEDLESS_EXTENSIONS: Final = {
    "jobPriorityDefinition": "Jobs do not wait for each other: the job priority has no effect.",
    "historyLevel": "What happens in a process is always recorded.",
}

BPMN_ATTRIBUTES: Final = _names(
    """
    id name isExecutable isClosed processType targetNamespace exporter exporterVersion expressionLanguage typeLanguage
    processRef definitionalCollaborationRef sourceRef targetRef messageRef signalRef errorRef escalationRef operationRef
    itemSubjectRef itemRef structureRef isCollection itemKind errorCode escalationCode implementation instantiate
    implementationRef attachedToRef cancelActivity isInterrupting parallelMultiple triggeredByEvent method ordering
    cancelRemainingInstances isForCompensation startQuantity completionQuantity default gatewayDirection
    eventGatewayType isSequential behavior oneBehaviorEventRef noneBehaviorEventRef loopMaximum testBefore language
    evaluatesToTypeRef scriptFormat scriptLanguage calledElement activityRef waitForCompletion associationDirection
    categoryValueRef dataObjectRef dataStoreRef textFormat isUnlimited capacity minimum maximum isImmediate
    partitionElementRef calledCollaborationRef innerConversationNodeRef outerConversationNodeRef type value location
    namespace importType protocol parameterRef correlationKeyRef inputDataRef outputDataRef mustUnderstand definition
    direction isRequired import innerMessageFlowRef outerMessageFlowRef innerParticipantRef outerParticipantRef
    initiatingParticipantRef loopType calledChoreographyRef isReference
    """
)
