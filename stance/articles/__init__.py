"""Articles: files read, what is furniture on a page, titles and dates, near-copies."""
