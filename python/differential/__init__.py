"""What other packages compute, as golden numbers for the tests of the objectives: see make_expected.py."""
