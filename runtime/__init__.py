"""Everything Vis-à-vis does without a window, a device or Qt."""

import os

# ONNX Runtime reports its use to its maker unless this is set when it is imported; here, nothing leaves the machine.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
