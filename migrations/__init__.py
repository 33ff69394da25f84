"""The database's schema, one file a version; `sitewright.orders.schema_version.migrate` applies them."""
