"""One folder per Lambda function: spec.py (routes, events, rights), handler.py (thin), the logic that knows no AWS."""
