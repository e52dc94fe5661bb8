"""CDK: the app, a tenant's stack, one construct per capability. Reads the function specs; never imports local."""
