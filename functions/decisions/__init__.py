"""Decisions: DMN deployed by itself, evaluated over the API and for state machines that cannot do it themselves."""
