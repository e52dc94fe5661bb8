"""What all functions share: ports, unit of work with outbox and idempotency, HTTP, batches, wiring, observability."""
