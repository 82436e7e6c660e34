using System.Text;
using Logist.StepHost;

namespace Logist.Tests.Processes;

public sealed class StepHostOutputTests
{
    [Fact]
    public void Ten_megabytes_without_a_line_end_arrive_whole()
    {
        using var job = new HostedJob();
        job.Run(job.Shell("line/worker", "head -c 10000000 /dev/zero | tr '\\0' x")).OutputBytes.ShouldBe(10_000_000);
        var bytes = File.ReadAllBytes(job.Log("line/worker"));
        bytes.Length.ShouldBe(10_000_000);
        bytes.ShouldAllBe(b => b == (byte)'x');
    }

    [Fact]
    public void The_index_marks_what_came_from_stderr()
    {
        using var job = new HostedJob();

        // The pauses keep the two pipes in order: between pipes there is none otherwise.
        job.Run(job.Shell("both/worker", "echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three; sleep 0.1; echo four >&2"));
        File.ReadAllText(job.Log("both/worker")).ShouldBe("one\ntwo\nthree\nfour\n");
        File.ReadAllLines(job.Index("both/worker")).ShouldBe(["e 4 4", "e 14 5"]);
    }

    [Fact]
    public void Every_byte_value_is_kept()
    {
        using var job = new HostedJob();
        var all = Path.Combine(job.Job.Directory, "all");
        File.WriteAllBytes(all, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        job.Run(job.Request("bytes/worker", "/bin/cat", all));
        File.ReadAllBytes(job.Log("bytes/worker")).ShouldBe(File.ReadAllBytes(all));
    }

    [Fact]
    public void Too_much_output_keeps_its_head_and_its_tail_around_a_marker()
    {
        using var job = new HostedJob();
        var exit = job.Run(job.Shell("much/worker", "seq -f %015.0f 0 6999999"));
        exit.OutputBytes.ShouldBe(16L * 7_000_000);
        exit.OutputErrno.ShouldBe(0);
        var bytes = File.ReadAllBytes(job.Log("much/worker"));
        bytes.Length.ShouldBe(OutputLayout.Limit);
        Encoding.ASCII.GetString(bytes, 0, 16).ShouldBe("000000000000000\n");
        Encoding.ASCII.GetString(bytes, OutputLayout.Head - 16, 16).ShouldBe($"{(OutputLayout.Head / 16) - 1:d15}\n");
        var marker = Encoding.ASCII.GetString(bytes, OutputLayout.Head, OutputLayout.Marker);
        var left = exit.OutputBytes - OutputLayout.Head - OutputLayout.Ring;
        marker.ShouldStartWith($"\n[output truncated: {left} of {exit.OutputBytes} bytes left out here]");
        marker.ShouldEndWith("\n");
        var first = (exit.OutputBytes - OutputLayout.Ring) / 16;
        var tail = Encoding.ASCII.GetString(bytes, OutputLayout.Head + OutputLayout.Marker, OutputLayout.Ring)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        tail.ShouldBe(Enumerable.Range((int)first, 7_000_000 - (int)first).Select(i => $"{i:d15}"));
        File.ReadAllLines(job.Index("much/worker")).ShouldBe([$"t {OutputLayout.Head} {exit.OutputBytes - OutputLayout.Ring}"]);
    }

    [Fact]
    public void Output_can_be_read_while_the_step_runs()
    {
        using var job = new HostedJob();
        job.Start(job.Shell("live/worker", $"echo early; exec sleep {job.Token}"));
        var log = job.Log("live/worker");
        HostedJob.Until(() => File.Exists(log) && File.ReadAllText(log) == "early\n", "no live output");
        job.Client.Stop("live/worker", TimeSpan.Zero);
        job.Client.Flush();
        job.Exit("live/worker").Signal.ShouldBe(9);
    }

    [Fact]
    public void A_planted_link_is_not_followed()
    {
        using var job = new HostedJob();
        var victim = Path.Combine(job.Job.Directory, "victim");
        File.WriteAllText(victim, "mine");
        Directory.CreateDirectory(Path.GetDirectoryName(job.Log("link/worker"))!);
        File.CreateSymbolicLink(job.Log("link/worker"), victim);
        var exit = job.Run(job.Shell("link/worker", "echo overwritten"));
        exit.OutputErrno.ShouldBe(40);
        exit.OutputBytes.ShouldBe(12);
        File.ReadAllText(victim).ShouldBe("mine");
    }

    [Fact]
    public void A_grandchild_that_holds_the_pipe_does_not_hold_up_the_end()
    {
        using var job = new HostedJob();
        job.Run(job.Shell("hold/worker", $"sleep {job.Token} & echo done")).DurationMs.ShouldBeLessThan(5_000);
        File.ReadAllText(job.Log("hold/worker")).ShouldBe("done\n");
        job.Running().ShouldBeEmpty();
    }
}
