"""The strata of the differential set for `math`: each module draws (reference answer, final answer) pairs."""
