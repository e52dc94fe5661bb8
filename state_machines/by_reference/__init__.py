"""Values that stand elsewhere: what machines carry in their place, how expressions notice it, who evaluates then."""
