"""Works out which transformer a program needs: its layers, its heads, and a report of both."""
