"""The omni model: sessions, tokens, the decoder loop, and the voice."""
