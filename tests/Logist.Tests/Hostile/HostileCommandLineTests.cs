namespace Logist.Tests.Hostile;

/// <summary>A finished job in a home of its own; whatever is asked wrongly leaves every byte of it alone.</summary>
public sealed class QuietJob : IAsyncLifetime
{
    internal Program Program { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var file = Program.Write("hello.yaml",
            "version: 1\nname: hello\nsteps:\n  greet: { run: echo hi > hi.txt }\n  bad: { needs: [greet], run: exit 3 }\n");
        _ = (await Program.RunAsync("job", "create", file, "--run")).ShouldEndWith(3);
    }

    public ValueTask DisposeAsync()
    {
        Program.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class HostileCommandLineTests(QuietJob job) : IClassFixture<QuietJob>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static TheoryData<string, int> JobNames => new()
    {
        { "..", 6 }, { ".", 6 }, { "", 6 }, { "a/b", 6 }, { @"a\b", 6 }, { "%2e%2e", 6 }, { "x\nerror[LOG1]: y", 6 }, { "@/etc/passwd", 6 },
            { "CON", 6 },
        { new string('a', 256), 6 }, { "\u202e", 6 }, { "\U0001f600", 6 }, { "HELLO", 6 }, { "hello/../hello", 6 },
        { "jobs_index.json", 6 }, { "*", 6 },
        { "-rf", 2 }, { "--upload-pack=x", 2 },
    };

    [Theory]
    [MemberData(nameof(JobNames))]
    public async Task A_name_that_is_no_job_is_unknown_or_wrong_in_every_command(string name, int code)
    {
        var before = job.Program.Fingerprint();
        foreach (var command in (string[])["status", "run", "history", "logs", "inspect", "cancel", "recover"])
        {
            var ended = await job.Program.RunAsync("job", command, name);
            ended.Took.ShouldBeLessThan(Soon);
            ended.Code.ShouldBeOneOf([code, 2], $"{command}: {ended.Err}");
            _ = ended.ShouldFailWith(ended.Code, "error[LOG");
        }

        job.Program.Fingerprint().ShouldBe(before);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("A")]
    [InlineData("-x")]
    [InlineData("@/etc/passwd")]
    [InlineData("\u001b[2J")]
    [InlineData("CON")]
    [InlineData(" ")]
    public async Task A_name_for_a_new_job_that_is_no_id_makes_nothing(string name)
    {
        var before = job.Program.Fingerprint();
        var file = job.Program.Source.Beside("hello.yaml");
        (await job.Program.RunAsync("job", "create", file, $"--name={name}")).ShouldFailWith(2, "error[LOG");
        job.Program.Fingerprint().ShouldBe(before);
    }

    [Theory]
    [InlineData(2, "job", "run", "hello", "--timeout", "-1")]
    [InlineData(2, "job", "run", "hello", "--timeout", "NaN")]
    [InlineData(2, "job", "run", "hello", "--timeout", "5 minutes")]
    [InlineData(2, "job", "run", "hello", "--timeout", "1e12")]
    [InlineData(2, "job", "run", "hello", "--max-parallel", "0")]
    [InlineData(2, "job", "run", "hello", "--max-parallel", "99999999999999999999")]
    [InlineData(2, "job", "run", "hello", "--budget-usd", "NaN")]
    [InlineData(2, "job", "run", "hello", "--budget-usd", "-1")]
    [InlineData(2, "job", "run", "hello", "--until", "../x")]
    [InlineData(2, "job", "run", "hello", "--until", "3")]
    [InlineData(2, "job", "run", "hello", "@/etc/passwd", "x")]
    [InlineData(2, "job", "cancel", "hello", "--grace", "-5s")]
    [InlineData(2, "job", "logs", "hello", "../../etc")]
    [InlineData(2, "job", "logs", "hello", "9")]
    [InlineData(2, "job", "logs", "hello", "greet", "--tail", "-1")]
    [InlineData(2, "job", "logs", "hello", "greet", "--attempt", "../1")]
    [InlineData(2, "job", "diff", "hello", "greet", "--against", "--output=/tmp/x")]
    [InlineData(2, "job", "history", "hello", "--limit", "-1")]
    [InlineData(2, "job", "history", "hello", "--run", "2147483648")]
    [InlineData(2, "job", "list", "--status", "\u001b[2J")]
    [InlineData(2, "job", "list", "--limit", "0")]
    [InlineData(2, "--jobs-dir")]
    [InlineData(2, "no-such-command\u001b[2J")]
    public async Task An_argument_that_makes_no_sense_is_one_error_and_changes_nothing(int code, params string[] arguments)
    {
        var before = job.Program.Fingerprint();
        var ended = await job.Program.RunAsync(arguments);
        if (ended.Code == 6)
        {
            code = 6;
        }

        _ = ended.ShouldFailWith(code, "error[LOG");
        job.Program.Fingerprint().ShouldBe(before);
    }

    [Fact]
    public async Task Large_and_odd_texts_of_people_are_kept_as_text()
    {
        var reason = new string('x', 100_000) + "\u001b[2J\u202e\n'\"$(id)`id`;";
        var ended = await job.Program.RunAsync("job", "resubmit", "hello", "--note", reason);
        _ = ended.ShouldEndWith(0);
        (await job.Program.RunAsync("job", "history", "hello")).ShouldEndWith(0).Out.ShouldContain("$(id)`id`;");
        _ = (await job.Program.RunAsync("job", "history", "hello", "--json")).ShouldEndWith(0);
        _ = (await job.Program.RunAsync("job", "run", "hello")).ShouldEndWith(3);
    }

    [Theory]
    [InlineData("/proc/self/mem")]
    [InlineData("/dev/zero")]
    [InlineData("/etc")]
    [InlineData("/nonexistent")]
    [InlineData("fifo")]
    [InlineData("huge")]
    public async Task A_workflow_that_is_no_text_file_is_refused_at_once(string path)
    {
        if (path == "fifo" && !File.Exists(job.Program.Source.Beside(path)))
        {
            Logist.Testing.TempRepo.Shell(job.Program.Source.Directory, "mkfifo ../fifo");
        }
        else if (path == "huge")
        {
            using var huge = File.Create(job.Program.Source.Beside(path));
            huge.SetLength(1L << 33);
        }

        var before = job.Program.Fingerprint();
        foreach (var command in (string[][])[["job", "create"], ["workflow", "validate"]])
        {
            var ended = await job.Program.RunAsync([.. command, path.StartsWith('/') ? path : job.Program.Source.Beside(path)]);
            ended.Code.ShouldBeOneOf([2, 6, 9], ended.Err);
            ended.ShouldBePresentable();
            ended.Took.ShouldBeLessThan(Soon);
        }

        job.Program.Fingerprint().ShouldBe(before);
    }

    public static TheoryData<string, string> Workflows => new()
    {
        { new string('[', 100_000), "nest" },
        { string.Concat(Enumerable.Repeat("{a:", 200_000)), ":1:" },
        { "version: 1\nsteps: &a { x: { run: echo }, y: *a }\n", ":2:" },
        { "version: 1\nname: a\nname: b\nsteps: { x: { run: echo } }\n", ":3:" },
        { "version: 1\nsteps:\n\tx: { run: echo }\n", ":3:" },
        { "version: 1\nsteps: !<tag:x> { x: { run: echo } }\n", ":2:" },
        { "version: 1\nsteps: { x: { run: echo } }\n---\nversion: 1\n", ":3:" },
        { "version: 1\nsteps: { a: { run: echo, needs: [b] }, b: { run: echo, needs: [a] } }\n", "a" },
        { "version: 1\nsteps: { a: { run: echo, needs: [a] } }\n", "a" },
        { "version: 1\nsteps: { a: { run: echo, needs: [nobody] } }\n", "nobody" },
        { "version: 1\nsteps: {}\n", "steps" },
        { "version: 1\nsteps: { \"../x\": { run: echo } }\n", "../x" },
        { "version: 1\nsteps: { A: { run: echo } }\n", "\"A\"" },
        { "version: 1\nsteps: { a: { run: echo, timeout: -1 } }\n", "timeout" },
        { "version: 1\nsteps: { a: { run: echo, timeout: 0 } }\n", "timeout" },
        { "version: 1\nsteps: { a: { run: echo, timeout: 1e12 } }\n", "timeout" },
        { "version: 1\nsteps: { a: { run: echo, timeout: 5 minutes } }\n", "timeout" },
        { "version: 1\nsteps: { a: { run: echo, retry: { max_attempts: 2147483648 } } }\n", "max_attempts" },
        { "version: 1\nsteps: { a: { run: echo, env: [LD_PRELOAD] } }\n", "LD_PRELOAD" },
        { "version: 1\nsteps: { a: { run: echo, env: { \"A=B\": x } } }\n", "A=B" },
        { "version: 1\nsteps: { a: { run: echo, env: { PATH: \".:/bin\" } } }\n", "PATH" },
        { "version: 1\nsteps: { a: { run: echo, env: { DOTNET_STARTUP_HOOKS: x } } }\n", "DOTNET_STARTUP_HOOKS" },
        { "version: 1\nsteps: { a: { prompt_file: ../../../etc/passwd, agent: scripted } }\n", "outside" },
        { "version: 1\nsteps: { a: { prompt: \"${{ env.SECRET }}\", agent: scripted } }\n", "env.SECRET" },
        { "version: 1\nsteps: { a: { run: \"x\u001b[2J\", wrkspace: none } }\n", "wrkspace" },
        { "version: 1\nsteps: { a: { run: [\"" + new string('x', 3_000_000) + "\"] } }\n", "128 KiB" },
    };

    [Theory]
    [MemberData(nameof(Workflows))]
    public async Task A_workflow_that_does_not_hold_is_refused_with_the_place(string text, string place)
    {
        var before = job.Program.Fingerprint();
        var file = job.Program.Write("bad.yaml", text);
        var ended = await job.Program.RunAsync("job", "create", file);
        _ = ended.ShouldFailWith(9, "error[LOG");
        ended.Err.ShouldContain(place);
        ended.Err.Length.ShouldBeLessThan(20_000);
        ended.Took.ShouldBeLessThan(Soon);
        (await job.Program.RunAsync("workflow", "validate", file)).ShouldEndWith(9);
        job.Program.Fingerprint().ShouldBe(before);
    }
}
