"""Many inputs: work in chunks, here or by executors, and the decoder loop."""
