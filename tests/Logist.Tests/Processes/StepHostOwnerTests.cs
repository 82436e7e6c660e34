using System.Diagnostics;
using Logist.Processes;

namespace Logist.Tests.Processes;

public sealed class StepHostOwnerTests
{
    [Fact]
    public void A_repeated_start_launches_nothing_and_gets_the_same_answer()
    {
        using var job = new HostedJob();
        var request = job.Shell("twice/worker", "echo launched >> launches; read line < gate");
        Fifo(job, "gate");
        job.Start(request);
        var first = job.Started("twice/worker");
        job.Forget();
        job.Start(request);
        job.Started("twice/worker").ShouldBe(first);
        Open(job, "gate");
        var exit = job.Exit("twice/worker");
        job.Forget();
        job.Start(request);
        job.Exit("twice/worker").ShouldBe(exit);
        File.ReadAllLines(Path.Combine(job.Job.Directory, "launches")).ShouldBe(["launched"]);
    }

    [Fact]
    public void A_new_owner_adopts_what_runs_and_harvests_what_ended()
    {
        using var job = new HostedJob { Slots = 3 };
        Fifo(job, "gate");
        job.Start(job.Shell("runs/worker", "read line < gate; exit 5"));
        job.Start(job.Shell("ended/worker", "exit 6"));
        job.Start(job.Request("bad/worker", "/no/such"));
        var started = job.Started("runs/worker");
        var exit = job.Exit("ended/worker");
        job.Await<HostEvent.StartFailed>(_ => true);
        job.Leave();
        var list = job.Client.List()!.ToDictionary(e => e.Execution);
        list.Count.ShouldBe(3);
        list["runs/worker"].ShouldBe(new HostExecution("runs/worker", HostExecutionState.Running, started));
        list["ended/worker"].ShouldBe(new HostExecution("ended/worker", HostExecutionState.Exited, exit));
        list["bad/worker"].State.ShouldBe(HostExecutionState.Failed);
        job.Client.Acknowledge("ended/worker");
        job.Client.Acknowledge("bad/worker");
        job.Client.Acknowledge("runs/worker");
        job.Client.List()!.Select(e => e.Execution).ShouldBe(["runs/worker"]);
        Open(job, "gate");
        job.Exit("runs/worker").Code.ShouldBe(5);
    }

    [Fact]
    public void Slots_bound_what_runs_and_the_queue_keeps_its_order()
    {
        using var job = new HostedJob { Slots = 1 };
        for (var i = 0; i < 20; i++)
        {
            job.Client.Start(job.Shell($"s{i}/worker", $"echo begin {i} >> order; sleep 0.01; echo end {i} >> order"));
        }

        job.Client.Flush();
        job.Exit("s19/worker");
        File.ReadAllLines(Path.Combine(job.Job.Directory, "order"))
            .ShouldBe(Enumerable.Range(0, 20).SelectMany(i => new[] { $"begin {i}", $"end {i}" }));
    }

    [Fact]
    public void What_waits_can_be_withdrawn_and_what_runs_answers_that_it_is_too_late()
    {
        using var job = new HostedJob { Slots = 1 };
        job.Client.Start(job.Request("runs/worker", "/bin/sleep", job.Token));
        job.Client.Start(job.Shell("waits/worker", "echo bad >> launches"));
        job.Client.Start(job.Shell("stopped/worker", "echo bad >> launches"));
        job.Client.Start(job.Shell("last/worker", "echo good >> launches"));
        job.Client.Flush();
        job.Started("runs/worker");
        job.Client.List()!.Select(e => (e.Execution, e.State)).ShouldContain(("waits/worker", HostExecutionState.Queued));
        job.Forget();
        job.Client.Withdraw("runs/worker");
        job.Client.Withdraw("waits/worker");
        job.Client.Withdraw("never-heard-of");
        job.Client.Stop("stopped/worker", TimeSpan.FromSeconds(1));
        job.Client.Flush();
        job.Started("runs/worker");
        job.Await<HostEvent.Withdrawn>(e => e.Execution == "waits/worker");
        job.Await<HostEvent.Withdrawn>(e => e.Execution == "never-heard-of");
        job.Await<HostEvent.Withdrawn>(e => e.Execution == "stopped/worker");
        job.Client.Stop("runs/worker", TimeSpan.Zero);
        job.Client.Flush();
        job.Exit("last/worker");
        File.ReadAllLines(Path.Combine(job.Job.Directory, "launches")).ShouldBe(["good"]);
    }

    [Fact]
    public void Nothing_is_launched_without_an_owner()
    {
        using var job = new HostedJob { Slots = 1 };
        Fifo(job, "gate");
        job.Client.Start(job.Shell("runs/worker", "read line < gate"));
        job.Client.Start(job.Shell("waits/worker", "echo launched >> launches"));
        job.Client.Flush();
        job.Started("runs/worker");
        job.Leave();
        Open(job, "gate");
        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "the host stays");
        File.Exists(Path.Combine(job.Job.Directory, "launches")).ShouldBeFalse();
        HostLog.Read(job.Job).Keys.ShouldNotContain("waits/worker");
    }

    [Fact]
    public void A_new_owner_has_to_send_again_what_waited()
    {
        using var job = new HostedJob { Slots = 1 };
        job.Client.Start(job.Request("runs/worker", "/bin/sleep", job.Token));
        job.Client.Start(job.Request("waits/worker", "/bin/true"));
        job.Client.Flush();
        job.Started("runs/worker");
        job.Leave();
        job.Client.List()!.Select(e => e.Execution).ShouldBe(["runs/worker"]);
        job.Client.SetSlots(2);
        job.Run(job.Request("waits/worker", "/bin/true")).Code.ShouldBe(0);
    }

    [Fact]
    public void A_second_owner_ends_the_first_ones_line()
    {
        using var job = new HostedJob();
        job.Start(job.Request("runs/worker", "/bin/sleep", job.Token));
        job.Started("runs/worker");
        using (var second = StepHostClient.Connect(job.Job, 1))
        {
            second.List()!.Count.ShouldBe(1);
            job.Await<HostEvent.Gone>(_ => true);
            job.Client.List().ShouldBeNull();
        }
    }

    [Fact]
    public void The_host_ends_by_itself_and_the_next_connection_starts_another()
    {
        using var job = new HostedJob();
        job.Run(job.Request("one/worker", "/bin/true"));
        var first = job.HostPid();
        job.Leave();
        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "the host stays");
        File.Exists(job.Job.HostSocket).ShouldBeFalse();
        job.Run(job.Request("two/worker", "/bin/true"));
        job.HostPid().ShouldNotBe(first);
        HostLog.Read(job.Job).Values.ShouldAllBe(e => e.End is HostEvent.Exited);
    }

    [Fact]
    public void Owners_that_come_and_go_as_fast_as_they_can_always_get_a_host()
    {
        using var job = new HostedJob();
        for (var i = 0; i < 100; i++)
        {
            job.Client.Start(job.Request($"s{i}/worker", "/bin/true"));
            job.Client.Flush();
            if (i % 3 == 0)
            {
                job.Exit($"s{i}/worker").Code.ShouldBe(0);
            }
            else
            {
                job.Client.List();
            }

            job.Leave();
        }

        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "the host stays");
    }

    [Fact]
    public void Wake_ends_a_wait_from_another_thread()
    {
        using var job = new HostedJob();
        job.Run(job.Request("one/worker", "/bin/true"));
        var clock = Stopwatch.StartNew();
        var client = job.Client;
        var thread = new Thread(client.Wake);
        thread.Start();
        client.Receive([], TimeSpan.FromSeconds(20)).ShouldBe(0);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        thread.Join();
        job.Leave();
        client.Wake();
    }

    [Fact]
    public void An_ended_host_leaves_no_zombie()
    {
        using var job = new HostedJob();
        job.Run(job.Request("one/worker", "/bin/true"));
        var pid = job.HostPid();
        job.Leave();
        HostedJob.Until(() => !StepHostClient.IsAlive(job.Job), "the host stays");
        HostedJob.Until(() =>
        {
            StepHostLauncher.ReapEnded();
            return ProcessIdentity.Of(pid) is null;
        }, "a zombie");
    }

    private static void Fifo(HostedJob job, string name)
    {
        job.Run(job.Request("fifo/worker", "mkfifo", name)).Code.ShouldBe(0);
        job.Client.Acknowledge("fifo/worker");
    }

    private static void Open(HostedJob job, string name) => File.WriteAllText(Path.Combine(job.Job.Directory, name), "go\n");
}
