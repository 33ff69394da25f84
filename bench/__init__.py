"""What measures Sitewright: ratios within one run, on one machine."""
