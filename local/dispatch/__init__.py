"""What AWS does between functions: streams, queues, logs, schedules, expiry; and the knowledge of when all is done."""
