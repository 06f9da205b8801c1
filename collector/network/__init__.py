"""HTTP for sources and pictures: sessions, tokens, retries, downloads and worker threads."""
