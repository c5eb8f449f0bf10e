"""Trackers that a run's numbers go to: each opens a run of its own client and logs points to it."""

from datetime import datetime


class WandbRun:
    """A run of Weights & Biases. Key, entity and server come from its own environment variables or login."""

    def __init__(self, head):
        import wandb

        self.version = wandb.__version__
        self.run = wandb.init(project=head["project"], name=head["name"], config=head["config"], job_type="rlvr")

    def log(self, point):
        # Its chart over time then shows when the step was over rather than when it was exported.
        at = datetime.fromisoformat(point["at"].replace("Z", "+00:00")).timestamp()
        self.run.log({**point["values"], "_timestamp": at}, step=point["step"])

    def finish(self, is_whole):
        where = self.run.url or "wandb sync %s" % self.run.settings.sync_dir
        self.run.finish(exit_code=0 if is_whole else 1)
        return where


class TrackioRun:
    """A run of Trackio: local, or of the space that its own environment variables name."""

    def __init__(self, head):
        import trackio

        self.version = trackio.__version__
        self.trackio = trackio
        self.project = head["project"]
        trackio.init(
            project=self.project,
            name=head["name"],
            config=head["config"],
            embed=False,
            # What this machine does now has nothing to do with the run.
            auto_log_gpu=False,
            auto_log_cpu=False,
        )

    def log(self, point):
        self.trackio.log(point["values"], step=point["step"])

    def finish(self, is_whole):
        self.trackio.finish()
        return 'trackio show --project "%s"' % self.project


TRACKERS = {"wandb": WandbRun, "trackio": TrackioRun}
