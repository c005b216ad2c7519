"""The wizard, page by page, and what stands behind the pages."""
