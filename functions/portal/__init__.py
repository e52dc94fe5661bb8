"""The API's description of itself: OpenAPI 3.1 from the contract, and a page to browse it."""
