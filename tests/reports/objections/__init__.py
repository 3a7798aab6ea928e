"""Right of reply: objections and rulings."""
