"""Instances: start, list, read, cancel, resolve incidents. The read model itself is written by `telemetry`."""
