"""The settings panel, one page per subject."""
