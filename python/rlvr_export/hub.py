"""
Uploads a model's folder to the Hugging Face hub through its own client, in a process that src/exports/push-model.ts
starts: `python python/rlvr_export/hub.py FOLDER OWNER/NAME MESSAGE`.

Standard output gets lines of JSON: {"doing"} at each stage, and last {"version", "where"}, the second the address of
the commit. The repository is made where there is none, for its owner alone to see. What the hub has of the files already
is not sent again. The hub and the token come from HF_ENDPOINT and HF_TOKEN, or the client's own login. Needs Python 3.10
and the package huggingface_hub.
"""

import json
import os
import sys

MISSING_PACKAGE = 3


def main(folder, repository, message):
    answers, sys.stdout = sys.stdout, sys.stderr  # what the client prints is no answer
    sys.path.pop(0)  # this folder, whose names are not the libraries'
    try:
        answer = push(folder, repository, message, lambda line: print(json.dumps(line), file=answers, flush=True))
    except Exception as error:  # the client has errors of its own, which say by themselves what to do
        if isinstance(error, ModuleNotFoundError) and error.name == "huggingface_hub":
            sys.exit(MISSING_PACKAGE)
        sys.exit("%s: %s" % (type(error).__name__, error))
    print(json.dumps(answer), file=answers)


def push(folder, repository, message, tell):
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import huggingface_hub

    client = huggingface_hub.HfApi()
    tell({"doing": "looking for the repository"})
    client.create_repo(repository, private=True, exist_ok=True)
    tell({"doing": "uploading"})
    commit = client.upload_folder(repo_id=repository, folder_path=folder, commit_message=message)
    return {"version": huggingface_hub.__version__, "where": commit.commit_url}


if __name__ == "__main__":
    main(*sys.argv[1:])
