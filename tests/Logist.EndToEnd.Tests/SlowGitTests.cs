using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>A run that ends before its job does leaves no git behind: who drives the job next would meet it in the same trees.</summary>
public sealed class SlowGitTests : IDisposable
{
    private readonly Place _place = new();

    public SlowGitTests() => _place.Repository();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("detaches", 130, 143)]
    [InlineData("halts", 1, 1)]
    public async Task A_run_that_ends_early_waits_for_its_own_git(string way, int code, int orCode)
    {
        await _place.CreateAsync($$"""
            max_parallel: 2
            steps:
              one: { run: "echo 1 > one.txt" }
              two: { run: "while [ ! -e {{_place.PathOf("begun")}} ]; do sleep 0.02; done; echo 2 > two.txt" }
            """);
        var run = _place.StartWith(["/usr/bin/env", "--default-signal=INT,TERM"], await SlowGitAsync(way), "job", "run", _place.Job);
        await run.UntilAsync(() => Directory.Exists(_place.PathOf("begun")), "git is at work");
        if (way == "detaches")
        {
            run.Signal(LiveProcesses.SIGINT);
            run.Signal(LiveProcesses.SIGTERM);
        }

        (await run.EndAsync()).Code.ShouldBeOneOf(code, orCode);

        File.Exists(_place.PathOf("ended")).ShouldBeTrue("git went on after the run had returned");
        if (way == "halts")
        {
            _place.Manifest().GetProperty("reason").GetString().ShouldBe("internal");
            (await _place.RunAsync("job", "resubmit", _place.Job)).ShouldExit(0);
        }

        (await _place.FinishAsync()).ShouldExit(0);
        TempRepo.GitIn(_place.Layout.Repository, "show", $"logist/{_place.Job}:two.txt").ShouldBe("2");
    }

    /// <summary>A git on the path whose first write-tree takes long; where the run shall halt the second one fails meanwhile.</summary>
    private async Task<IReadOnlyDictionary<string, string>> SlowGitAsync(string way)
    {
        var directory = Directory.CreateDirectory(_place.PathOf("slow")).FullName;
        var program = Path.Combine(directory, "git");
        await File.WriteAllTextAsync(program, $"""
            #!/bin/sh
            case "$*" in *write-tree*)
              if mkdir {_place.PathOf("begun")} 2>/dev/null; then
                sleep 2; /usr/bin/git "$@"; code=$?; touch {_place.PathOf("ended")}; exit $code
              elif [ {way} = halts ]; then
                exit 128
              fi
            esac
            exec /usr/bin/git "$@"
            """, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{directory}:/usr/bin:/bin" };
    }
}
