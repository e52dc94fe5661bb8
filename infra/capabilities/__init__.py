"""One construct per capability of a tenant's stack."""
