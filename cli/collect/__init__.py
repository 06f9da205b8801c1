"""Commands that collect posts: fetch, status and comply."""
