"""The search for a program by enumeration: candidates, cheapest first, and rules that reduce a goal to smaller ones."""
