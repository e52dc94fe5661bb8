"""External jobs: customers' workers fetch, lock and end them. They are the waits of kind `job`."""
