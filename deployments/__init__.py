"""How it runs: deployments, the one caller of run_deployment, worker settings."""
