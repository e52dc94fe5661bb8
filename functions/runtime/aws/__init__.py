"""The ports over boto3, one module per service. Nothing outside this package (and `local`) knows boto3."""
