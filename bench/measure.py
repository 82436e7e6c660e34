"""Runs one program and says what it cost."""
import os
import signal
import time

NULL = os.open("/dev/null", os.O_RDWR)


class Cost:
    def __init__(self, seconds, cpu, rss_mb, code):
        self.seconds, self.cpu, self.rss_mb, self.code = seconds, cpu, rss_mb, code


def start(argv, cwd=None, env=None, log=None):
    """The program in a process group of its own, with no terminal and its output in log (default: nowhere)."""
    out = NULL if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    # posix_spawn has no working directory; env does without a shell in between costing anything that counts.
    argv = argv if cwd is None else ["/usr/bin/env", "-C", cwd] + argv
    pid = os.posix_spawnp(argv[0], argv, os.environ if env is None else env, setpgroup=0,
                          file_actions=[(os.POSIX_SPAWN_DUP2, NULL, 0), (os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)])
    if out != NULL:
        os.close(out)
    return pid


def run(argv, cwd=None, env=None, timeout=900, log=None):
    """Wall seconds from spawn to reap, CPU seconds, largest single process of the tree, exit code."""
    began = time.perf_counter()
    pid = start(argv, cwd, env, log)

    def kill(*_):
        os.killpg(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, kill)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - began
    signal.setitimer(signal.ITIMER_REAL, 0)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def peak_mb(pid):
    """VmHWM of a living process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def step_host(job_directory):
    """Pid of the step host of a job: its working directory is the job's."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/comm", encoding="ascii", errors="replace") as comm:
                    if comm.read().startswith("Logist.StepHost"[:15]) and os.readlink(f"/proc/{entry}/cwd") == job_directory:
                        return int(entry)
            except OSError:
                continue
    return None
