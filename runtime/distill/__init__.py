"""Teaches the eyes: commands that make the small detector of `assets/eyes` out of two larger ones and many photos.

Nothing at run time imports this; it needs the extra [distill]. In order: teachers, features, train, export, evaluate.
"""
