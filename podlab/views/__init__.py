"""A Trace turned into pictures and text: timeline and topology."""
