using Logist.Processes;
using Logist.StepHost;

namespace Logist.Tests.Processes;

public sealed class StepHostStopTests
{
    /// <summary>T is replaced by a sleep argument that no other process has.</summary>
    public static TheoryData<string, string> Escapes => new()
    {
        { "background", "sleep T &" },
        { "nohup", "nohup sleep T >/dev/null 2>&1 &" },
        { "setsid", "setsid sleep T &" },
        { "double fork", "(sleep T &) &" },
        { "double fork and setsid", "(setsid sleep T &)" },
        { "no environment", "env -i sleep T &" },
        { "daemon without environment", "(env -i setsid sh -c 'sleep T & sleep T' </dev/null >/dev/null 2>&1 &)" },
        { "SIGTERM ignored", "(trap '' TERM; exec sleep T) &" },
        { "daemon that ignores SIGTERM", "(trap '' TERM HUP INT; env -i setsid sleep T &)" },
        { "stopped", "sleep T & kill -STOP $!" },
        { "closed descriptors", "sleep T <&- >&- 2>&- &" },
        { "own process group", "set -m; sleep T &" },
        { "many", "i=0; while [ $i -lt 60 ]; do setsid sleep T & i=$((i+1)); done" },
        { "fork storm", "(while :; do setsid sleep T & sleep 0.01; done) &" },
        { "a new one at SIGTERM", "(trap 'setsid sleep T & trap \"\" TERM' TERM; while :; do sleep 0.02; done) &" },
    };

    [Theory]
    [MemberData(nameof(Escapes))]
    public void Nothing_of_a_tree_lives_on_after_its_leader_exits(string name, string escape)
    {
        using var job = new HostedJob();
        var line = escape.Replace("T", job.Token, StringComparison.Ordinal).Replace($"{job.Token}ERM", "TERM", StringComparison.Ordinal);
        job.Run(job.Shell("escape/worker", line + "\nsleep 0.15; exit 3")).Code.ShouldBe(3, name);
        job.Running().ShouldBeEmpty(name);
    }

    [Theory]
    [MemberData(nameof(Escapes))]
    public void Nothing_of_a_tree_lives_on_after_it_was_stopped(string name, string escape)
    {
        using var job = new HostedJob();
        var line = escape.Replace("T", job.Token, StringComparison.Ordinal).Replace($"{job.Token}ERM", "TERM", StringComparison.Ordinal);
        job.Start(job.Shell("escape/worker", line + $"\necho ready; exec sleep {job.Token}"));
        HostedJob.Until(() => File.Exists(job.Log("escape/worker")), "not ready");
        job.Client.Stop("escape/worker", TimeSpan.FromMilliseconds(150));
        job.Client.Flush();
        job.Exit("escape/worker").Reason.ShouldBe(ExitReason.Stopped);
        job.Running().ShouldBeEmpty(name);
    }

    [Fact]
    public void A_step_that_ends_within_its_grace_is_not_killed()
    {
        using var job = new HostedJob();
        job.Start(job.Shell("kind/worker", "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.02; done"));
        HostedJob.Until(() => File.Exists(job.Log("kind/worker")), "not ready");
        job.Client.Stop("kind/worker", TimeSpan.FromSeconds(20));
        job.Client.Flush();
        var exit = job.Exit("kind/worker");
        (exit.Code, exit.Signal, exit.Reason).ShouldBe((7, 0, ExitReason.Stopped));
        File.ReadAllText(job.Log("kind/worker")).ShouldEndWith("bye\n");
    }

    [Fact]
    public void A_child_of_the_leader_gets_the_grace_too()
    {
        using var job = new HostedJob();
        job.Start(job.Shell("child/worker", "(trap 'sleep 0.2; echo saved; exit' TERM; echo ready; while :; do sleep 0.02; done) & wait"));
        HostedJob.Until(() => File.Exists(job.Log("child/worker")), "not ready");
        job.Client.Stop("child/worker", TimeSpan.FromSeconds(20));
        job.Client.Flush();
        job.Exit("child/worker").Signal.ShouldBe(15);
        File.ReadAllText(job.Log("child/worker")).ShouldContain("saved");
    }

    [Fact]
    public void A_time_out_ends_the_tree_also_with_no_owner()
    {
        using var job = new HostedJob();
        job.Start(job.Shell("slow/worker", $"trap '' TERM; sleep {job.Token}; sleep {job.Token}") with
        {
            Timeout = TimeSpan.FromMilliseconds(300),
            Grace = TimeSpan.FromMilliseconds(100),
        });
        job.Started("slow/worker");
        job.Leave();
        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "the host stays");
        job.Running().ShouldBeEmpty();
        var end = (HostEvent.Exited)HostLog.Read(job.Job)["slow/worker"].End!;
        (end.Reason, end.Signal).ShouldBe((ExitReason.Timeout, 9));
        end.DurationMs.ShouldBeInRange(390, 10_000);
    }

    [Fact]
    public void Inactivity_is_counted_from_the_last_output()
    {
        using var job = new HostedJob();
        var exit = job.Run(job.Shell("idle/worker", $"for i in 1 2 3 4 5 6; do echo $i; sleep 0.15; done; exec sleep {job.Token}") with
        {
            Inactivity = TimeSpan.FromMilliseconds(400),
        });
        (exit.Reason, exit.Signal).ShouldBe((ExitReason.Inactive, 15));
        exit.DurationMs.ShouldBeInRange(1_000, 10_000);
        File.ReadAllLines(job.Log("idle/worker")).Length.ShouldBe(6);
    }

    [Fact]
    public void An_orphan_that_may_be_anybodys_lives_as_long_as_one_of_them()
    {
        using var job = new HostedJob();
        job.Start(job.Request("long/worker", "/bin/sleep", "100000"));
        job.Started("long/worker");
        job.Run(job.Shell("short/worker", $"(env -i setsid sleep {job.Token} >/dev/null 2>&1 &); sleep 0.1")).Code.ShouldBe(0);
        job.Running().Count.ShouldBe(1);
        job.Client.Stop("long/worker", TimeSpan.Zero);
        job.Client.Flush();
        job.Exit("long/worker");
        job.Running().ShouldBeEmpty();
    }

    [Fact]
    public void A_marked_orphan_dies_with_its_own_attempt_while_others_live()
    {
        using var job = new HostedJob();
        job.Start(job.Request("long/worker", "/bin/sleep", job.Token));
        job.Started("long/worker");
        job.Run(job.Shell("short/worker", $"(setsid sleep {job.Token} >/dev/null 2>&1 &); sleep 0.1")).Code.ShouldBe(0);
        job.Running().Count.ShouldBe(1);
    }
}
