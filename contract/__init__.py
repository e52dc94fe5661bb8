"""Names and shapes that all sides share: tables, events, routes, function specs, errors. No behaviour, no AWS."""
