"""
Writes a problem set of reasoning-gym's for the verifier `reasoning-gym:DATASET`, as JSON Lines on stdout:

    python problem_set.py leg_counting --size 500 --seed 42 > leg_counting.jsonl
"""

import argparse
import json


def main():
    parser = argparse.ArgumentParser(
        description="Write problems of a dataset of reasoning-gym as JSON Lines."
    )
    parser.add_argument("dataset", help="name of the dataset, which is also the problems' arm")
    parser.add_argument("--size", type=int, default=500, help="number of problems (default: 500)")
    parser.add_argument("--seed", type=int, default=42, help="seed of the problems (default: 42)")
    arguments = parser.parse_args()
    import reasoning_gym

    for entry in reasoning_gym.create_dataset(arguments.dataset, size=arguments.size, seed=arguments.seed):
        problem = {
            "problem": entry["question"],
            # Some datasets have no reference answer: their scorers go by the metadata alone.
            "answer": entry["answer"] or "",
            "arm": arguments.dataset,
            "metadata": entry["metadata"],
        }
        print(json.dumps(problem))


if __name__ == "__main__":
    main()
