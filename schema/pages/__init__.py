"""Parts that the HTML pages of several wings share: thumbnails, marked text and colours."""
