"""The PyTorch trainer: speaks rlvr's trainer protocol, version 1, on Hugging Face models and on the tiny
policy."""
