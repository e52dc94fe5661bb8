"""Connectors: calls from processes to other systems. REST so far, to the systems that the tenant declared."""
