"""Writes graphs as program text and reads them back: for messages, other processes and generated programs."""
