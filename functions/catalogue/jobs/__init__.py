"""Imports and exports: jobs that are asked for, checked as a whole, and done in portions that survive anything."""
