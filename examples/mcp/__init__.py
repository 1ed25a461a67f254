"""An MCP server that a client signs in to, and the client."""
