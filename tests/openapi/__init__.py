"""The OpenAPI document is valid, complete and true."""
