"""The Lambda functions of the platform, run in this process as Lambda would: JSON in, JSON out, limited in time."""
