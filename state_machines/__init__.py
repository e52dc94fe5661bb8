"""The language layer: BPMN, FEEL, DMN, ASL and the simulator. Pure: bytes in, values out; no AWS, no clock, no randomness."""
