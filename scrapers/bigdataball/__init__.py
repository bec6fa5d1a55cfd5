"""BigDataBall: play-by-play files in a shared folder of Google Drive."""
