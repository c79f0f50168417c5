"""Everything Vis-à-vis does without a window, a device or Qt."""
