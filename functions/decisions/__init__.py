"""Decisions, evaluated over the API and for machines that cannot do it themselves. `deployments` deploys them."""
