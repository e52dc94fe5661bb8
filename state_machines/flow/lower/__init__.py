"""Each BPMN node becomes steps: one module per family. Folding and naming come after, in `passes`."""
