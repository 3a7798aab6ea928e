"""Floor 3: findings -> what people and machines read."""
