"""The hands of `content.ingest.publish`, one module a table. Nobody else calls them.

Each compares what a draft says with the rows that are there, and writes only rows that differ, in bulk.
"""
