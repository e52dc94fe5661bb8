"""The AWS services that functions call, in this process, behind the real boto3 clients."""
