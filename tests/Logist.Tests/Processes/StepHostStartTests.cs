using System.Runtime.Versioning;
using Logist.Core;
using Logist.Processes;
using Logist.StepHost;

namespace Logist.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class StepHostStartTests
{
    [Fact]
    public void Exit_codes_and_signals_are_reported()
    {
        using var job = new HostedJob();
        var code = job.Run(job.Shell("code/worker", "exit 42"));
        (code.Code, code.Signal, code.Reason).ShouldBe((42, 0, ExitReason.Exit));
        var signal = job.Run(job.Shell("signal/worker", "kill -9 $$"));
        (signal.Code, signal.Signal).ShouldBe((0, 9));
        signal.StartedAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Output_goes_to_the_log_and_nothing_is_made_when_nothing_is_printed()
    {
        using var job = new HostedJob();
        job.Run(job.Shell("talk/worker", "echo hello; pwd")).OutputBytes.ShouldBe(new FileInfo(job.Log("talk/worker")).Length);
        File.ReadAllLines(job.Log("talk/worker")).ShouldBe(["hello", job.Job.Directory]);
        File.GetUnixFileMode(job.Log("talk/worker")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Exists(job.Index("talk/worker")).ShouldBeFalse();
        job.Run(job.Request("quiet/worker", "/bin/true"));
        Directory.Exists(Path.GetDirectoryName(job.Log("quiet/worker"))).ShouldBeFalse();
    }

    [Fact]
    public void The_environment_is_exactly_what_was_asked_for()
    {
        using var job = new HostedJob();
        var request = job.Request("env/worker", "/usr/bin/env") with { Environment = ["A=1", "LOGIST_STEP_ID=env", "B=zwei ü"] };
        job.Run(request).Code.ShouldBe(0);
        File.ReadAllLines(job.Log("env/worker"))
            .ShouldBe(["A=1", "B=zwei ü", "LOGIST_STEP_ID=env", $"LOGIST_ATTEMPT_ID={request.AttemptId}"]);
    }

    [Fact]
    public void Stdin_is_empty_or_the_given_file()
    {
        using var job = new HostedJob();
        job.Run(job.Request("empty/worker", "/bin/cat")).OutputBytes.ShouldBe(0);
        var prompt = Path.Combine(job.Job.Directory, "prompt.md");
        File.WriteAllText(prompt, "do it");
        job.Run(job.Request("prompt/worker", "/bin/cat") with { StdinFile = prompt });
        File.ReadAllText(job.Log("prompt/worker")).ShouldBe("do it");
        job.Start(job.Request("nofile/worker", "/bin/cat") with { StdinFile = prompt + "x" });
        job.Await<HostEvent.StartFailed>(e => e.Execution == "nofile/worker").Message.ShouldContain(prompt + "x");
    }

    [Fact]
    public void Children_start_with_default_signals_and_without_our_descriptors()
    {
        using var job = new HostedJob();
        job.Run(job.Shell("signals/worker", "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls -l /proc/self/fd | wc -l"));
        var lines = File.ReadAllLines(job.Log("signals/worker"));
        foreach (var line in lines[..2])
        {
            line.Split('\t')[1].ShouldBe("0000000000000000", line);
        }

        // total, 0, 1, 2 and the directory that ls itself reads.
        lines[2].Trim().ShouldBe("5");
    }

    [Fact]
    public void A_child_leads_its_own_session_and_dumps_no_core()
    {
        using var job = new HostedJob();
        job.Run(job.Shell("session/worker", "cut -d' ' -f1,6 /proc/$$/stat; ulimit -c"));
        var lines = File.ReadAllLines(job.Log("session/worker"));
        var pids = lines[0].Split(' ');
        pids[0].ShouldBe(pids[1]);
        lines[1].ShouldBe("0");
    }

    [Theory]
    [InlineData("no-such-program-xyz", "No such file or directory")]
    [InlineData("/no/such/program", "No such file or directory")]
    [InlineData("/etc/passwd", "Permission denied")]
    [InlineData("/etc", "Permission denied")]
    public void A_program_that_cannot_start_says_why(string program, string why)
    {
        using var job = new HostedJob();
        job.Start(job.Request("bad/worker", program));
        var failed = job.Await<HostEvent.StartFailed>(_ => true);
        failed.Message.ShouldContain(program);
        failed.Message.ShouldContain(why);
        failed.Errno.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_missing_working_directory_and_a_script_without_interpreter_say_so()
    {
        using var job = new HostedJob();
        job.Start(job.Request("dir/worker", "/bin/true") with { WorkingDirectory = "/no/such/place" });
        job.Await<HostEvent.StartFailed>(e => e.Execution == "dir/worker").Message.ShouldContain("working directory /no/such/place");
        var script = Path.Combine(job.Job.Directory, "script");
        File.WriteAllText(script, "echo hello\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        job.Start(job.Request("script/worker", "./script"));
        job.Await<HostEvent.StartFailed>(e => e.Execution == "script/worker").Message.ShouldContain("#!");
    }

    [Fact]
    public void A_start_that_host_log_cannot_record_is_refused_as_a_failure_of_the_storage()
    {
        using var job = new HostedJob();
        Directory.CreateDirectory(job.Job.HostLog);
        job.Start(job.Request("unrecorded/worker", "/bin/touch", Path.Combine(job.Job.Directory, "ran")));
        var failed = job.Await<HostEvent.StartFailed>(_ => true);
        failed.Errno.ShouldBe(5);
        failed.Message.ShouldBe("host.log cannot be written: Is a directory");
        File.Exists(Path.Combine(job.Job.Directory, "ran")).ShouldBeFalse();
    }

    [Fact]
    public void A_host_that_could_record_nothing_waits_to_be_asked_until_its_job_is_removed()
    {
        using var job = new HostedJob();
        Directory.CreateDirectory(job.Job.HostLog);
        job.Start(job.Request("unrecorded/worker", "/bin/true"));
        _ = job.Await<HostEvent.StartFailed>(_ => true);
        var host = ProcessTable.Scan().Keys
            .Single(pid => ProcessTable.Variable(pid, Protocol.HostMarker) == job.Job.Directory);
        job.Leave();
        job.Client.Flush();
        job.Leave();
        IsAlive(host).ShouldBeTrue("a later owner could still ask what became of the start");

        Directory.Delete(job.Job.Directory, recursive: true);

        HostedJob.Until(() => !IsAlive(host), "the host stays although nobody can ask it any more");
        Directory.CreateDirectory(job.Job.Directory);
    }

    private static bool IsAlive(int pid) => ProcessTable.TryRead(pid, out var process) && process.IsAlive;

    [Fact]
    public void A_three_megabyte_argument_fails_clearly()
    {
        using var job = new HostedJob();
        job.Start(job.Request("big/worker", "/bin/echo", new string('x', 3 << 20)));
        var failed = job.Await<HostEvent.StartFailed>(_ => true);
        failed.Errno.ShouldBe(7);
        failed.Message.ShouldContain("Argument list too long");
        job.Run(job.Request("after/worker", "/bin/true")).Code.ShouldBe(0);
    }

    [Fact]
    public void A_program_planted_in_the_working_directory_is_not_found_by_name()
    {
        using var job = new HostedJob();
        var planted = Path.Combine(job.Job.Directory, "planted");
        File.WriteAllText(planted, "#!/bin/sh\necho bad\n");
        File.SetUnixFileMode(planted, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var path in new[] { "PATH=:/bin", "PATH=.:/bin", "PATH=/bin:", "OTHER=1" })
        {
            job.Forget();
            job.Start(job.Request("planted/worker", "planted") with { Environment = [path] });
            job.Await<HostEvent.StartFailed>(_ => true).Errno.ShouldBe(2);
        }

        job.Run(job.Request("named/worker", "./planted")).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    public void An_execution_key_that_the_log_cannot_hold_is_refused(string key)
    {
        using var job = new HostedJob();
        Should.Throw<LogistException>(() => job.Client.Start(job.Request("x", "/bin/true") with { Execution = key }))
            .Problem.Kind.ShouldBe(ErrorKind.Usage);
    }

    [Fact]
    public void A_job_directory_with_a_very_long_path_works()
    {
        var unique = "logist-long-" + Guid.NewGuid().ToString("n");
        var parent = Path.Combine(Path.GetTempPath(), unique, new string('d', 120), new string('e', 120));
        Directory.CreateDirectory(parent);
        using (var job = new HostedJob(parent))
        {
            job.Run(job.Shell("long/worker", "echo hello"));
            File.ReadAllText(job.Log("long/worker")).ShouldBe("hello\n");
        }

        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(parent))!, recursive: true);
    }
}
