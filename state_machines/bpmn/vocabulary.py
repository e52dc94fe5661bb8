"""Every element and attribute name that the reader knows, with what becomes of it: read, harmless, refused."""

from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BPMN_READ: Final = _names("""
    definitions process collaboration participant message signal error escalation interface operation inMessageRef
    startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent eventDefinitionRef
    messageEventDefinition timerEventDefinition errorEventDefinition signalEventDefinition escalationEventDefinition
    compensateEventDefinition conditionalEventDefinition linkEventDefinition terminateEventDefinition
    cancelEventDefinition timeDate timeDuration timeCycle condition operationRef
    task userTask serviceTask sendTask receiveTask scriptTask businessRuleTask manualTask script callActivity
    subProcess transaction adHocSubProcess completionCondition globalTask globalUserTask globalScriptTask
    globalManualTask globalBusinessRuleTask
    exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway activationCondition
    sequenceFlow conditionExpression association incoming outgoing
    laneSet childLaneSet lane flowNodeRef
    multiInstanceLoopCharacteristics standardLoopCharacteristics loopCardinality loopCondition loopDataInputRef
    loopDataOutputRef inputDataItem outputDataItem
    dataObject dataObjectReference property
    potentialOwner humanPerformer performer resourceAssignmentExpression formalExpression expression
    extensionElements documentation
    """)
BPMN_HARMLESS: Final = _names("""
    textAnnotation text group category categoryValue categoryValueRef dataStore dataStoreReference dataState
    messageFlow messageFlowRef participantMultiplicity participantRef partnerEntity partnerRole conversation
    globalConversation conversationLink callConversation subConversation conversationNode participantAssociation
    messageFlowAssociation itemDefinition ioSpecification dataInput dataOutput inputSet outputSet dataInputRefs
    dataOutputRefs optionalInputRefs whileExecutingInputRefs optionalOutputRefs whileExecutingOutputRefs inputSetRefs
    outputSetRefs dataInputAssociation dataOutputAssociation sourceRef targetRef source target supportedInterfaceRef
    interfaceRef outMessageRef errorRef endPoint endPointRef resource resourceParameter resourceRef
    resourceParameterBinding resourceRole auditing monitoring extension relationship import ioBinding
    correlationProperty correlationPropertyRetrievalExpression correlationKey correlationPropertyRef messagePath
    laneRef partitionElement partitionElementRef supports rendering extensionDefinition
    extensionAttributeDefinition conversationAssociation
    """)
"""Drawing, description, or types and interfaces that a state machine does not need to run."""

BPMN_REFUSED: Final = {
    "assignment": "A data association that computes a value is not supported. Compute it in a task before.",
    "transformation": "A data association that computes a value is not supported. Compute it in a task before.",
    "correlationSubscription": "A correlation subscription is not supported. Give the message a correlation key.",
    "complexBehaviorDefinition": "Events thrown by a multi-instance are not supported. Throw them inside the activity.",
    "choreography": "A choreography cannot be run. Draw the process of each partner.",
    "globalChoreographyTask": "A choreography cannot be run. Draw the process of each partner.",
    "choreographyTask": "A choreography cannot be run. Draw the process of each partner.",
    "subChoreography": "A choreography cannot be run. Draw the process of each partner.",
    "callChoreography": "A choreography cannot be run. Draw the process of each partner.",
    "implicitThrowEvent": "An implicit throw event is not supported. Throw the event inside the activity.",
}

BPMN_PARTS: Final = _names("""
    messageEventDefinition timerEventDefinition errorEventDefinition signalEventDefinition escalationEventDefinition
    compensateEventDefinition conditionalEventDefinition linkEventDefinition terminateEventDefinition
    cancelEventDefinition timeDate timeDuration timeCycle condition conditionExpression completionCondition
    multiInstanceLoopCharacteristics standardLoopCharacteristics loopCardinality loopCondition
    complexBehaviorDefinition ioSpecification dataInput dataOutput inputSet outputSet inputDataItem outputDataItem
    dataInputAssociation dataOutputAssociation assignment transformation potentialOwner humanPerformer performer
    resourceRole resourceAssignmentExpression formalExpression expression documentation laneSet property
    """)
"""What no diagram shows by itself: what is found there is found at the element that holds it."""

CAMUNDA_ELEMENTS: Final = _names("""
    inputOutput inputParameter outputParameter map entry list value script connector connectorId
    failedJobRetryTimeCycle properties property formData formField validation constraint in out field string expression
    errorEventDefinition formProperty
    """)
CAMUNDA_REFUSED: Final = {
    "executionListener": "Execution listeners run code and are not supported. Draw the work as a task.",
    "taskListener": "Task listeners run code and are not supported. Draw the work as a task.",
    "potentialStarter": "Potential starters are not supported. Use the process's candidate starter groups.",
}

_JOBS = frozenset({"serviceTask", "sendTask", "businessRuleTask", "messageEventDefinition"})
_USER = frozenset({"userTask"})
_FORM = frozenset({"userTask", "startEvent"})
_RULE = frozenset({"businessRuleTask"})
_CALL = frozenset({"callActivity"})
_MULTI = frozenset({"multiInstanceLoopCharacteristics"})
CAMUNDA_ATTRIBUTES: Final = {
    **dict.fromkeys(("formKey", "formRef"), _FORM),
    **dict.fromkeys(
        ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"),
        _USER,
    ),
    **dict.fromkeys(("type", "topic", "class", "delegateExpression", "expression"), _JOBS),
    **dict.fromkeys(("resultVariable", "resultVariableName"), _JOBS | {"scriptTask"}),
    **dict.fromkeys(
        ("decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "mapDecisionResult"), _RULE
    ),
    **dict.fromkeys(("calledElementBinding", "calledElementVersion", "calledElementVersionTag"), _CALL),
    "inheritVariables": _CALL,
    **dict.fromkeys(("collection", "elementVariable"), _MULTI),
    **dict.fromkeys(("variableName", "variableEvents"), frozenset({"conditionalEventDefinition"})),
    **dict.fromkeys(("errorCodeVariable", "errorMessageVariable"), frozenset({"errorEventDefinition"})),
    "errorMessage": frozenset({"error"}),
    "escalationCodeVariable": frozenset({"escalationEventDefinition"}),
    "initiator": frozenset({"startEvent"}),
    "resource": frozenset({"scriptTask"}),
    **dict.fromkeys(("versionTag", "candidateStarterGroups"), frozenset({"process"})),
}
"""Attributes that are read, and the elements that they are read on."""

CAMUNDA_NEEDLESS: Final = {
    "asyncBefore": "Every step is stored anyway: 'asynchronous before' has no effect.",
    "asyncAfter": "Every step is stored anyway: 'asynchronous after' has no effect.",
    "async": "Every step is stored anyway: 'asynchronous' has no effect.",
    "exclusive": "Jobs of one instance never disturb each other: 'exclusive' has no effect.",
    "jobPriority": "Jobs do not wait for each other: the job priority has no effect.",
    "taskPriority": "Jobs do not wait for each other: the external task's priority has no effect.",
    "formRefBinding": "The form that is published together with the process is used.",
    "formRefVersion": "The form that is published together with the process is used.",
    "isStartableInTasklist": "Who may start a process is decided by its channel.",
    "candidateStarterUsers": "Who may start a process is decided by its channel.",
    "formFieldValidation": "What is filled in is always checked against the form.",
}
CAMUNDA_DEFAULTS: Final = {
    "autoStoreVariables": "false",
    "calledElementType": "key",
    "fallbackToDefaultTenant": "false",
    "inheritBusinessKey": "false",
    "triggerable": "false",
    "useLocalScopeForResultVariable": "false",
}
"""What Flowable's modeller writes to say that nothing special happens; with any other value it is refused."""

CAMUNDA_HARMLESS: Final = _names(
    "historyTimeToLive diagramRelationId modelerTemplate modelerTemplateVersion modelerTemplateIcon category"
)
CAMUNDA_ATTRIBUTES_REFUSED: Final = {
    "caseRef": "CMMN cases cannot be called. Call a process.",
    "variableMappingClass": "Code that maps variables is not supported. Map them on the call activity.",
    "variableMappingDelegateExpression": "Code that maps variables is not supported. Map them on the call activity.",
    "calledElementTenantId": "Another tenant's process cannot be called.",
    "decisionRefTenantId": "Another tenant's decision cannot be called.",
    "formHandlerClass": "Code that handles a form is not supported. Map the variables on the task.",
}

ZEEBE_ELEMENTS: Final = _names("""
    taskDefinition ioMapping input output taskHeaders header formDefinition assignmentDefinition taskSchedule
    priorityDefinition userTask calledDecision calledElement subscription loopCharacteristics script properties property
    versionTag adHoc conditionalFilter userTaskForm
    """)
ZEEBE_REFUSED: Final = {
    "executionListeners": "Execution listeners run code and are not supported. Draw the work as a task.",
    "taskListeners": "Task listeners run code and are not supported. Draw the work as a task.",
    "linkedResources": "Linked resources are not supported. Give the worker what it needs in headers.",
    "publishMessage": "Publishing by an extension is not supported. Use a connector or a job type.",
}
ZEEBE_ATTRIBUTES: Final = _names("modelerTemplate modelerTemplateVersion modelerTemplateIcon")

VISUAL_NAMESPACES: Final = frozenset(
    {
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
        "http://www.omg.org/spec/BPMN/20100524/DI",
    }
)
