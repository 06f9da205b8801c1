"""What a user passes to `fetch`: files of URLs, post ids or records, read into post ids."""
