"""Groups: chats bound to sites, who comes and goes, what a person sees and says of himself."""
