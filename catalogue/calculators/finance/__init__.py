"""Financial mathematics with decimals: intervals, rates, loans and leases, deposits."""
