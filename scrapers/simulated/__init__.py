"""A seeded league that answers the scrapers' requests in the shapes of the live sites: no keys, no network."""
