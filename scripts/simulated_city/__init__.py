"""The simulated city 示例市: a seeded world, and what its offices published about it."""
