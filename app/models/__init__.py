"""View-models: what the window shows, without a widget."""
