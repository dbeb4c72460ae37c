"""Parses program text to syntax trees, explains syntax errors, warns, and prints trees and texts in one layout."""
