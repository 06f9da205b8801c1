"""Parts of HTML pages that several packages share: thumbnails, marked text and colours."""
