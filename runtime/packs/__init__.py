"""Model packs: fetch published weights, export them to ONNX, verify what lies on disk."""
