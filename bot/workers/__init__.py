"""CPU work outside the loop's process: supervised children, each with its own pipe, memory limit and time limit."""

from bot.workers.pool import JobFailed, JobTimedOut, Pool, WorkerDied, WorkerError

__all__ = ["JobFailed", "JobTimedOut", "Pool", "WorkerDied", "WorkerError"]
