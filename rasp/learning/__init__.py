"""Learning of programs: examples go in, the RASP program behind them comes out, as graph nodes and as text."""
