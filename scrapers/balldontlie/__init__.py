"""balldontlie.io: games, box scores, players, injuries, standings."""
