"""Ears: from microphone samples to utterances, and from utterances to text."""
