"""Microphone, speaker and camera, real and fake."""
