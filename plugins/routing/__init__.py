"""Routing: who is asked to take a request, who comes next, and who is rung when nobody does."""
