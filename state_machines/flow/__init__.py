"""From a typed BPMN model to a typed state machine: graph, regions, steps, passes, source map, report."""
