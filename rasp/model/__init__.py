"""A transformer, whoever made it: its weights, its forward pass, its files, exports to other libraries."""
