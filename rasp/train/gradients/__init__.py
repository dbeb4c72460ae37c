"""What needs PyTorch: an encoder, its optimizer, and the loop that trains it. Imported when a training begins."""
