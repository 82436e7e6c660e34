"""The measurements of dag.sh; see there."""
import argparse
import hashlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import graphs
import measure

STEPS_MAX = 10_000


class Bench:
    def __init__(self, options):
        self.options = options
        self.home = tempfile.mkdtemp(prefix="logist-bench-", dir=options.directory)
        self.env = {**os.environ, "LOGIST_HOME": self.home, "LOGIST_JOBS_DIR": os.path.join(self.home, "jobs")}
        self.serial = 0

    def logist(self, *args):
        return [self.options.app, *args]

    def path(self, name):
        return os.path.join(self.home, name)

    def create(self, shape, n, kind):
        """A new job of that graph; its id."""
        self.serial += 1
        file = self.path(f"{shape}-{n}-{kind}.yaml")
        if not os.path.exists(file):
            graphs.workflow(file, shape, n, kind)
        job = f"b{self.serial}"
        self.call("job", "create", file, "--name", job)
        return job

    def call(self, *args):
        cost = measure.run(self.logist(*args), cwd=self.home, env=self.env, log=self.path("log"))
        if cost.code != 0:
            with open(self.path("log"), encoding="utf-8", errors="replace") as log:
                sys.exit(f"bench: {' '.join(args)} exits {cost.code}: {log.read()[-2000:]}")
        return cost

    def job_dir(self, job):
        return os.path.join(self.env["LOGIST_JOBS_DIR"], job)

    def drop(self, job):
        """Waits for the job's step host to leave, then removes the job."""
        while measure.step_host(self.job_dir(job)):
            time.sleep(0.01)
        shutil.rmtree(self.job_dir(job))

    def run_logist(self, shape, n, kind, *more):
        job = self.create(shape, n, kind)
        cost = self.call("job", "run", job, "--quiet", "--progress", "none", "--max-parallel", "2", *more)
        self.drop(job)
        return cost.seconds

    def run_tool(self, tool, shape, n):
        where = tempfile.mkdtemp(dir=self.home)
        os.mkdir(os.path.join(where, "o"))
        (graphs.ninja if tool == "ninja" else graphs.make)(where, shape, n)
        argv = ["ninja", "-j2", "--quiet"] if tool == "ninja" else ["make", "-j2", "-s"]
        cost = measure.run(argv, cwd=where)
        shutil.rmtree(where)
        return cost.seconds


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}..{max(values):.{digits}f}]"


def walls(bench):
    runs = {
        "make": lambda s, n: bench.run_tool("make", s, n),
        "ninja": lambda s, n: bench.run_tool("ninja", s, n),
        "argv": lambda s, n: bench.run_logist(s, n, "argv"),
        "shell": lambda s, n: bench.run_logist(s, n, "shell"),
        "none": lambda s, n: bench.run_logist(s, n, "argv", "--durability", "none"),
    }
    print("| graph | make s | ninja s | argv s | shell s | argv ÷ make (G1) | shell ÷ ninja (G2) | argv ÷ ninja (G3) | argv ÷ argv without syncs (G4) |")
    print("|---|---|---|---|---|---|---|---|---|")
    for n in bench.options.sizes:
        rounds = bench.options.rounds if n < 10_000 else min(bench.options.rounds, bench.options.large_rounds)
        for shape in bench.options.shapes:
            took = {name: [] for name in runs}
            for _ in range(rounds):
                for name, run in runs.items():
                    took[name].append(run(shape, n))

            def ratio(a, b):
                return spread([x / y for x, y in zip(took[a], took[b])])

            def median(name):
                return f"{statistics.median(took[name]):.3f}"

            print(f"| {shape} {n} | {median('make')} | {median('ninja')} | {median('argv')} | {median('shell')} | {ratio('argv', 'make')} | "
                  f"{ratio('shell', 'ninja')} | {ratio('argv', 'ninja')} | {ratio('argv', 'none')} |", flush=True)


def counts(bench):
    print("| graph | slots | syncs of the journal a step | syncs of the manifest | journal bytes a step | new files a step |")
    print("|---|---|---|---|---|---|")
    for n in [n for n in bench.options.sizes if n >= 100]:
        for shape, slots in [("chain", 2), ("fan", 2), ("fan", 8)]:
            job = bench.create(shape, n, "argv")
            where, trace = bench.job_dir(job), bench.path("trace")
            before = files(where), os.path.getsize(os.path.join(where, "history.jsonl"))
            # Only the orchestrator's threads are followed, and only for syncs: tracing the steps too would slow the run down 5×.
            argv = ["strace", "-f", "-c", "-o", trace, "-e", "trace=fsync,fdatasync", "--seccomp-bpf", *bench.logist(
                "job", "run", job, "--quiet", "--progress", "none", "--max-parallel", str(slots))]
            measure.run(argv, cwd=bench.home, env=bench.env)
            calls = {line.split()[-1]: int(line.split()[3]) for line in open(trace, encoding="utf-8") if line.rstrip().endswith("sync")}
            after = files(where), os.path.getsize(os.path.join(where, "history.jsonl"))
            print(f"| {shape} {n} | {slots} | {calls.get('fdatasync', 0) / n:.2f} | {calls.get('fsync', 0)} | "
                  f"{(after[1] - before[1]) / n:.0f} | {(after[0] - before[0]) / n:.3f} |", flush=True)
            bench.drop(job)


def files(directory):
    return sum(len(names) for _, _, names in os.walk(directory))


def memory(bench):
    print("| graph | orchestrator MB | step host MB | together MB |")
    print("|---|---|---|---|")
    for n in [n for n in bench.options.sizes if n >= 1000]:
        for shape in bench.options.shapes:
            job = bench.create(shape, n, "argv")
            pid = measure.start(bench.logist("job", "run", job, "--quiet", "--progress", "none", "--max-parallel", "2"), env=bench.env)
            host, peaks = None, [0.0, 0.0]
            while os.waitpid(pid, os.WNOHANG)[0] == 0:
                host = host or measure.step_host(bench.job_dir(job))
                peaks = [max(peaks[0], measure.peak_mb(pid)), max(peaks[1], measure.peak_mb(host) if host else 0)]
                time.sleep(0.02)
            print(f"| {shape} {n} | {peaks[0]:.0f} | {peaks[1]:.0f} | {sum(peaks):.0f} |", flush=True)
            bench.drop(job)


def resume(bench):
    """kill -9 of the orchestrator when half of the steps are done; then the rest, against a fresh run of half the steps."""
    n = max(bench.options.sizes)
    ratios, again = [], 0
    for _ in range(bench.options.large_rounds):
        job = bench.create("fan", n, "argv")
        history = os.path.join(bench.job_dir(job), "history.jsonl")
        pid = measure.start(bench.logist("job", "run", job, "--quiet", "--progress", "none", "--max-parallel", "2"), env=bench.env)
        while succeeded(history) < n // 2:
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        left = n - succeeded(history)
        rest = bench.call("job", "run", job, "--quiet", "--progress", "none", "--max-parallel", "2").seconds
        with open(os.path.join(bench.job_dir(job), "host.log"), encoding="utf-8") as log:
            again += sum(line.startswith("started ") for line in log) - n
        bench.drop(job)
        fresh = bench.run_logist("fan", left, "argv")
        ratios.append(rest / fresh)
    print(f"resume of half of fan {n} ÷ fresh run of as many steps: {spread(ratios)}; steps launched twice: {again}")


def succeeded(history):
    with open(history, "rb") as journal:
        return journal.read().count(b'"type":"task.succeeded"')


def starts(bench):
    """Whole processes against a .NET program that prints hello."""
    small, large = bench.create("fan", 20, "argv"), bench.create("fan", STEPS_MAX, "argv")
    for job in (small, large):
        bench.call("job", "run", job, "--quiet", "--progress", "none")
    lists = {10: bench.path("list10"), 1000: bench.path("list1000")}
    for count, where in lists.items():
        for i in range(count):
            shutil.copytree(bench.job_dir(small), os.path.join(where, f"j{i}"))
            rename_job(os.path.join(where, f"j{i}"), small, f"j{i}")
    commands = {
        "hello": [bench.options.hello],
        "--version": bench.logist("--version"),
        "--help": bench.logist("--help"),
        "status, 20 steps": bench.logist("job", "status", small),
        "list, 10 jobs": bench.logist("job", "list", "--jobs-dir", lists[10]),
        "list, 1,000 jobs": bench.logist("job", "list", "--jobs-dir", lists[1000]),
        "status, 10,000 steps": bench.logist("job", "status", large),
        "status --json, 10,000 steps": bench.logist("job", "status", large, "--json"),
        "history, 10,000 steps": bench.logist("job", "history", large),
        "run again, 10,000 steps": bench.logist("job", "run", large),
    }
    took = {name: [] for name in [*commands, "create, 10 steps", "run, 10 steps", "create, 10,000 steps"]}
    rss = {}
    for _ in range(bench.options.start_rounds):
        for name, argv in commands.items():
            cost = measure.run(argv, cwd=bench.home, env=bench.env)
            if cost.code != 0:
                sys.exit(f"bench: {' '.join(argv)} exits {cost.code}")
            took[name].append(cost.seconds)
            rss[name] = cost.rss_mb
        began = time.perf_counter()
        job = bench.create("chain", 10, "argv")
        took["create, 10 steps"].append(time.perf_counter() - began)
        took["run, 10 steps"].append(bench.call("job", "run", job, "--quiet", "--progress", "none").seconds)
        bench.drop(job)
        began = time.perf_counter()
        job = bench.create("fan", STEPS_MAX, "argv")
        took["create, 10,000 steps"].append(time.perf_counter() - began)
        bench.drop(job)
    print("| command | ms | ÷ hello | peak MB |")
    print("|---|---|---|---|")
    for name, seconds in took.items():
        ratios = [s / h for s, h in zip(seconds, took["hello"])]
        print(f"| {name} | {statistics.median(seconds) * 1000:.0f} | {spread(ratios)} | {rss[name]:.0f} |" if name in rss else
              f"| {name} | {statistics.median(seconds) * 1000:.0f} | {spread(ratios)} | |", flush=True)


def rename_job(directory, old, new):
    """Only as far as a list looks: the manifest, with the hash that its content has."""
    path = os.path.join(directory, "job_manifest.json")
    with open(path, "rb") as file:
        content = file.read().replace(f'"job_id":"{old}"'.encode(), f'"job_id":"{new}"'.encode())
    body = content[: content.rindex(b',"hash":"sha256:')]
    with open(path, "wb") as file:
        file.write(body + b',"hash":"sha256:' + hashlib.sha256(body).hexdigest().encode() + b'"}\n')


def main():
    parser = argparse.ArgumentParser(prog="bench/dag.sh")
    parser.add_argument("what", nargs="?", default="all", choices=["walls", "counts", "memory", "resume", "starts", "all"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-rounds", type=int, default=3, help="rounds at 10,000 steps")
    parser.add_argument("--start-rounds", type=int, default=11)
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")], default=[10, 100, 1000, STEPS_MAX])
    parser.add_argument("--shapes", type=lambda text: text.split(","), default=["chain", "fan"])
    parser.add_argument("--directory", help="where to work; default: the temporary directory")
    parser.add_argument("--app", required=True)
    parser.add_argument("--hello", required=True)
    bench = Bench(parser.parse_args())
    system = subprocess.run(["stat", "-f", "-c", "%T", bench.home], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {os.cpu_count()} cores, {system}, load {os.getloadavg()[0]:.1f}", flush=True)
    try:
        for part in (walls, counts, memory, resume, starts):
            if bench.options.what in (part.__name__, "all"):
                print(f"\n## {part.__name__}\n", flush=True)
                part(bench)
    finally:
        shutil.rmtree(bench.home, ignore_errors=True)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


main()
