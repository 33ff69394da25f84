"""One Prefect task a file: its own session, its ledger row, a call into sitewright, a frozen value back."""
