"""Google Cloud: every command of a deployment, from topology, schedules, migrations and services.yaml."""
