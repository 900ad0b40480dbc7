"""Images: their names, which are on the node, and what runs in them."""
