using Logist.Processes;

namespace Logist.Tests.Processes;

public sealed class DeadHostTests
{
    [Fact]
    public void After_the_host_was_killed_its_log_tells_all_and_the_sweep_leaves_nothing()
    {
        using var job = new HostedJob { Slots = 4 };
        job.Run(job.Shell("done/worker", "exit 9"));
        job.Start(job.Shell("tree/worker", $"setsid sleep {job.Token} & (sleep {job.Token} &) ; echo ready; sleep {job.Token}"));
        job.Start(job.Shell("bare/worker",
            $"env -i sleep {job.Token} & (env -i sleep {job.Token} &); echo ready; exec env -i sleep {job.Token}"));
        var started = job.Started("tree/worker");
        HostedJob.Until(() => job.Running().Count == 6, "not all there");
        HostedJob.Kill(job.HostPid());
        job.Await<HostEvent.Gone>(_ => true);
        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "alive.lock is still held");
        job.Running().Count.ShouldBe(6);

        var log = HostLog.Read(job.Job);
        log["done/worker"].End.ShouldBeOfType<HostEvent.Exited>().Code.ShouldBe(9);
        log["tree/worker"].End.ShouldBeNull();
        log["tree/worker"].Leader.ShouldBe(new ProcessIdentity(started.Pid, started.StartTime));
        log["tree/worker"].BootId.ShouldBe(BootId.Current);
        log["tree/worker"].AttemptId.ShouldBe($"{job.Name}.1.tree.1");

        var sweep = Orphans.Sweep(job.Name + ".", log.Values);
        sweep.IsClean.ShouldBeTrue();
        sweep.Killed.ShouldBeGreaterThanOrEqualTo(6);
        job.Running().ShouldBeEmpty();
        Orphans.Sweep(job.Name + ".", log.Values).Killed.ShouldBe(0);
    }

    [Fact]
    public void A_sweep_does_not_touch_another_job_nor_what_a_living_host_owns()
    {
        using var dead = new HostedJob();
        using var living = new HostedJob();
        living.Start(living.Request("runs/worker", "/bin/sleep", living.Token) with
        {
            // The same job name in another jobs directory.
            AttemptId = $"{dead.Name}.1.runs.1", Environment = [$"LOGIST_ATTEMPT_ID={dead.Name}.1.runs.1"],
        });
        living.Started("runs/worker");
        dead.Start(dead.Request("runs/worker", "/bin/sleep", dead.Token));
        dead.Started("runs/worker");
        HostedJob.Kill(dead.HostPid());
        dead.Await<HostEvent.Gone>(_ => true);
        Orphans.Sweep(dead.Name + ".", HostLog.Read(dead.Job).Values).IsClean.ShouldBeTrue();
        dead.Running().ShouldBeEmpty();
        living.Running().Count.ShouldBe(1);
    }

    [Fact]
    public void Records_of_another_boot_and_ended_ones_name_nobody()
    {
        using var job = new HostedJob();
        job.Start(job.Request("runs/worker", "/usr/bin/env", "-i", "/bin/sleep", job.Token));
        job.Started("runs/worker");
        HostedJob.Kill(job.HostPid());
        job.Await<HostEvent.Gone>(_ => true);
        HostedJob.Until(() => job.Running().Count == 1, "not there");
        var entry = HostLog.Read(job.Job)["runs/worker"];
        Orphans.Sweep(job.Name + ".", [entry with { BootId = "another" }]).Killed.ShouldBe(0);
        Orphans.Sweep(job.Name + ".", [entry with { Leader = entry.Leader!.Value with { StartTime = 1 } }]).Killed.ShouldBe(0);
        Orphans.Sweep(job.Name + ".", [entry with { End = new HostEvent.StartFailed("x", 1, "") }]).Killed.ShouldBe(0);
        job.Running().Count.ShouldBe(1);
        Orphans.Sweep(job.Name + ".", [entry]).Killed.ShouldBe(1);
    }

    [Fact]
    public void A_torn_or_damaged_log_says_what_it_can()
    {
        using var job = new HostedJob();
        job.Run(job.Request("one/worker", "/bin/true"));
        job.Leave();
        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "the host stays");
        File.AppendAllText(job.Job.HostLog, "\0\0\0\nexit one/worker x y z\nexit\nintent torn/wor");
        job.Run(job.Request("two/worker", "/bin/true"));
        HostLog.Read(job.Job).Keys.ShouldBe(["one/worker", "two/worker"], ignoreOrder: true);
        HostLog.Read(job.Job).Values.ShouldAllBe(e => e.End is HostEvent.Exited);
    }

    [Fact]
    public void The_host_ignores_the_signals_that_ask()
    {
        using var job = new HostedJob();
        job.Run(job.Shell("asks/worker", "for s in HUP INT QUIT TERM; do kill -$s $PPID; done; sleep 0.05; exit 4")).Code.ShouldBe(4);
        job.Run(job.Shell("next/worker", "trap '' HUP; kill -TERM $$")).Signal.ShouldBe(15);
    }

    [Fact]
    public void A_step_that_kills_its_host_leaves_a_job_that_goes_on()
    {
        using var job = new HostedJob();
        job.Start(job.Shell("evil/worker", $"setsid sleep {job.Token} & kill -9 $PPID; exec sleep {job.Token}"));
        job.Await<HostEvent.Gone>(_ => true);
        HostedJob.Until(() => job.Running().Count == 2, "not there");
        Orphans.Sweep(job.Name + ".", HostLog.Read(job.Job).Values).IsClean.ShouldBeTrue();
        job.Running().ShouldBeEmpty();
        job.Leave();
        job.Run(job.Request("next/worker", "/bin/true")).Code.ShouldBe(0);
    }
}
