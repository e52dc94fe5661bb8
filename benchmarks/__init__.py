"""What is measured, and against which goals: `make bench`. One file per benchmark; no part of the product."""
