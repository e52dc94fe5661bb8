"""BPMN 2.0 XML to a typed, frozen model, and the rules that a model must keep (one per file, BPMN-nnn)."""
