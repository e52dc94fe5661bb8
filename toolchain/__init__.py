"""Programs from outside Python that hosts of the platform run: Node. No knowledge of the platform itself."""
