"""RASP: programs for transformers."""
