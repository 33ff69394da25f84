"""The embedded default: PostgreSQL, Prefect server, worker and offline copywriter in one command."""
