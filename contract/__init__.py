"""Names and shapes that all sides share: tables, buckets, events, routes, function specs, errors. No behaviour, no AWS."""
