"""Tasks: the work list, a task with its form, and what people do with it. They are the waits of kind `user`."""
