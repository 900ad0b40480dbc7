"""What kubectl prints: rows, tables and human durations."""
