"""What goes with a tenant's stack though CloudFormation did not make it: the state machines of published processes."""
