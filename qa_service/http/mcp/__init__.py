"""The archive as tools for agents (Model Context Protocol): over streamable HTTP and over standard input and output."""
