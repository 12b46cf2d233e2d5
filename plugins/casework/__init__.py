"""Work on a request, seen from the helpers' side: cards, commands, replies, tasks."""
