"""What the people of the demonstration do at each station of the line."""
