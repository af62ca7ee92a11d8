"""CMS tables: reading them as published, keeping every edition, and looking them up a column at a time.

`importing.import_files` takes files as CMS publishes them into the data folder; `tables.Tables` answers from what is there, or from
the small starter set of the package. Nothing here knows about claims.
"""
