"""Report: pictures, pages, Markdown and figures, and what a report was made from."""
