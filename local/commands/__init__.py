"""The commands of `dpc`, one module each with `run(options) -> exit status`."""
