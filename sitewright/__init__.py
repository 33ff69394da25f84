"""Sitewright: paid orders become live websites. The domain; it does not know Prefect."""
