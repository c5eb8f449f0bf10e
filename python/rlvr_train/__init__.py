"""The Python half of rlvr: the loss, the ONNX export and the making of the tiny policy."""
