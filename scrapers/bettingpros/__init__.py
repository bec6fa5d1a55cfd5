"""bettingpros.com: events and what bookmakers offer on players."""
