"""How a message moves: receiver, lanes, dispatcher, middleware, router, relay, scheduler."""
