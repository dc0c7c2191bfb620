"""Builds the pages at /help from docs/ with MkDocs; needs the packages of the tests. The service serves what was built: web/help."""
