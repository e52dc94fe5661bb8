"""The embedded cloud: one process that hosts the same functions without an AWS account. Never imports infra."""
