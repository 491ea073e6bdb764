"""Example units, posts, people and cases. Every case is walked through the same acts as in real use, on its days."""
