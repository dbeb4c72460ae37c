"""Learning of programs: finds the RASP program behind examples, as graph nodes and as text."""
