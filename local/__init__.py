"""The embedded cloud: the whole platform in one process, with no AWS account and no Docker. A host of the same specs
as infra."""
