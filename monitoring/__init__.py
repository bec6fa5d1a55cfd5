"""Read-only views of what the pipeline has and has not: queries, alerts, pages."""
