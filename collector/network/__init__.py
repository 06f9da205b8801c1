"""HTTP for sources and pictures: sessions, the token, retries, downloads and worker threads."""
