"""The server of a chat model: its address, requests, parameters and errors."""
