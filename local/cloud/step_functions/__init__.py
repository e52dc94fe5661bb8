"""AWS Step Functions over the simulator: the JSON protocol, machines and their versions, executions, tasks."""
