"""the-odds-api.com: events, player props, game lines."""
