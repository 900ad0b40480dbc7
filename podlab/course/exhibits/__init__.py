"""What one lesson shows: each exhibit is a small model with its picture."""
