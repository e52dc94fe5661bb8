"""One folder per Lambda function: spec.py (routes, events, rights), handler.py (thin), and the logic, which knows no AWS."""
