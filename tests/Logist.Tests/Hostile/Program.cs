using System.Diagnostics;
using System.Text.RegularExpressions;
using Logist.Testing;

namespace Logist.Tests.Hostile;

/// <summary>The real program as a child process, with a home, a source repository and a current directory of its own.</summary>
internal sealed partial class Program : IDisposable
{
    public static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "Logist.Cli");

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);

    public Program(string name = "source")
    {
        Source = new TempRepo(name);
        Source["readme.md"] = "hello\n";
        Source.Commit();
        Home = Source.Beside("home");
        _environment["LOGIST_HOME"] = Home;
        foreach (var variable in (string[])["LOGIST_JOBS_DIR", "LOGIST_JOB_ID", "NO_COLOR"])
        {
            _environment[variable] = null;
        }
    }

    public TempRepo Source { get; }

    public string Home { get; }

    public string Jobs => Path.Combine(Home, "jobs");

    public string Job(string id) => Path.Combine(Jobs, id);

    /// <summary>A variable of the program; null takes it away.</summary>
    public Program With(string variable, string? value)
    {
        _environment[variable] = value;
        return this;
    }

    /// <summary>A file beside the repository.</summary>
    public string Write(string name, string text)
    {
        var path = Source.Beside(name);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<Ended> RunAsync(params string[] arguments) => StartAsync(Executable, arguments);

    /// <summary>The program under a shell line that ends in <c>"$@"</c> or does something to its surroundings first.</summary>
    public Task<Ended> ShellAsync(string line, params string[] arguments) => StartAsync("/bin/sh", ["-c", line, Executable, .. arguments]);

    /// <summary>Everything that is stored about jobs, as one text.</summary>
    public string Fingerprint() => Directory.Exists(Home) ? TempRepo.Fingerprint(Home) : "";

    public void Dispose() => Source.Dispose();

    private async Task<Ended> StartAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            WorkingDirectory = Source.Directory,
        };
        foreach (var (name, value) in _environment)
        {
            if (value is null)
            {
                _ = start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, await output, await error, clock.Elapsed);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"logist {string.Join(' ', arguments)} did not end", e);
        }
    }

    /// <summary>How a call of the program ended.</summary>
    internal sealed partial record Ended(int Code, string Out, string Err, TimeSpan Took)
    {
        /// <summary>The exit code, and nothing that a terminal must not see, whatever happened.</summary>
        public Ended ShouldEndWith(int code)
        {
            Code.ShouldBe(code, $"{Out}\n{Err}");
            ShouldBePresentable();
            return this;
        }

        /// <summary>One error, with its code and text.</summary>
        public Ended ShouldFailWith(int code, string text)
        {
            _ = ShouldEndWith(code);
            ErrorLine().Count(Err).ShouldBe(1, Err);
            Err.ShouldContain(text, Case.Sensitive);
            return this;
        }

        public void ShouldBePresentable()
        {
            foreach (var text in (string[])[Out, Err])
            {
                StackTrace().IsMatch(text).ShouldBeFalse(text);
                Control().IsMatch(text).ShouldBeFalse($"a control character at {Control().Match(text).Index} of: {text}");
            }
        }

        [GeneratedRegex(@"^error\[LOG\d+\]: .+$", RegexOptions.Multiline, 5000)]
        private static partial Regex ErrorLine();

        [GeneratedRegex(@"^\s+at [A-Z]|Unhandled|Exception:", RegexOptions.Multiline, 5000)]
        private static partial Regex StackTrace();

        [GeneratedRegex("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\u200e\\u200f]", RegexOptions.None, 5000)]
        private static partial Regex Control();
    }
}
