using Logist.Cli.Output;
using Logist.Core;
using Logist.Git;
using Logist.Processes;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Demo;

/// <summary>A temporary directory with a repository and a home of its own, where command lines are typed and carried out as they
/// stand.</summary>
internal sealed class DemoStage : IDisposable
{
    private static readonly TimeSpan GitLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HostLimit = TimeSpan.FromSeconds(5);
    private readonly Session _outside;
    private readonly Session _inside;
#pragma warning disable CA2213 // Its writers belong to the process.
    private readonly StandardStreams _streams;
#pragma warning restore CA2213
    private readonly Surroundings _surroundings;
    private readonly string[] _globals;

    public DemoStage(Session session)
    {
        _outside = session;
        Directory = System.IO.Directory.CreateTempSubdirectory("logist-demo-").FullName;
        System.IO.Directory.CreateDirectory(Repository);
        _surroundings = session.Surroundings with
        {
            // Nothing of the user's jobs, selection or configuration plays a part.
            Variable = name => name switch
            {
                "LOGIST_HOME" => Home,
                "LOGIST_JOBS_DIR" or "LOGIST_JOB_ID" => null,
                _ => session.Surroundings.Variable(name),
            },
            CurrentDirectory = () => Repository,
        };
        var terminal = session.Terminal;
        var silent = session.Globals.Json;
        _streams = new StandardStreams(
            silent ? TextWriter.Null : terminal.Out, silent ? TextWriter.Null : terminal.Err, false,
            terminal.OutputIsTty, terminal.ErrorIsTty, () => terminal.ScreenSize);
        _inside = new Session(terminal, session.Globals, _surroundings, session.Interrupts);
        _globals =
        [
            "--color", session.Globals.Color.ToString().ToLowerInvariant(), "--progress",
                session.Globals.Progress.ToString().ToLowerInvariant(),
            .. session.Globals.Quiet ? ["--quiet"] : Array.Empty<string>(),
        ];
    }

    public string Directory { get; }

    public string Repository => Path.Combine(Directory, "app");

    public string Home => Path.Combine(Directory, "home");

    public Style Style => _outside.Terminal.OutStyle;

    public void Write(string name, string content) => File.WriteAllText(Path.Combine(Repository, name), content);

    public void Say(string text = "")
    {
        if (!_outside.Globals.Json)
        {
            _outside.Terminal.Out.WriteLine(text);
        }
    }

    /// <summary>A command line as a user would type it in the repository.</summary>
    public void Type(string line)
    {
        Say();
        Say($"{Style.Dim("$")} {Style.Bold(line)}");
    }

    /// <summary>Types and runs <c>logist …</c>.</summary>
    /// <exception cref="LogistException">Internal: another exit code than expected.</exception>
    public async Task LogistAsync(int expected, params string[] arguments)
    {
        var line = $"logist {string.Join(' ', arguments.Select(Quoted))}";
        Type(line);
        await _outside.Terminal.Out.FlushAsync();
        var code = await CommandLine.RunAsync([.. arguments, .. _globals], _streams, _surroundings);
        _outside.Interrupts.Stop.ThrowIfCancellationRequested();
        if (code != expected)
        {
            throw new LogistException(ErrorKind.Internal, $"\"{line}\" ended with exit {code}", $"the demo expects exit {expected} here");
        }

        if (code != ExitCode.Ok)
        {
            Say(Style.Dim($"(exit {code})"));
        }
    }

    /// <summary>Types and runs <c>git …</c>.</summary>
    public void TypeGit(params string[] arguments)
    {
        Type($"git {string.Join(' ', arguments.Select(Quoted))}");
        Say(SafeText.Escape(Git(arguments)));
    }

    /// <returns>What git printed, without the last line feed.</returns>
    /// <exception cref="LogistException">Git.</exception>
    public string Git(params string[] arguments)
    {
        string[] environment =
        [
            .. GitProgram.BuildEnvironment(), "GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com",
            "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com",
        ];
        var result = GitProcess.Run(["-C", Repository, .. arguments], environment, default, GitLimit);
        return result.Ok
            ? System.Text.Encoding.UTF8.GetString(result.Output).TrimEnd('\n')
            : throw new LogistException(ErrorKind.Git, $"git {GitProcess.Verb(arguments)} failed in {Repository}", result.ErrorText);
    }

    public Task<OpenedJob> ReadAsync(string job, CancellationToken ct) => OpenedJob.ReadAsync(_inside, JobId.Parse(job), ct);

    /// <summary>Ends what may still run, and removes everything unless it is to be kept.</summary>
    public async Task LeaveAsync(bool keep)
    {
        var jobs = _inside.Jobs?.List().Where(IsAlive).ToList() ?? [];
        using var nowhere = Silent();
        foreach (var job in jobs)
        {
            // After a detached run; else the step host is about to end by itself.
            _ = await CommandLine.RunAsync(["job", "cancel", job.Value, "--grace", "1s", "--yes"], nowhere, _surroundings);
        }

        if (keep)
        {
            return;
        }

        var time = _outside.Surroundings.Time;
        var start = time.GetTimestamp();
        while (jobs.Exists(IsAlive) && time.GetElapsedTime(start) < HostLimit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    public void Dispose() => _inside.Dispose();

    private bool IsAlive(JobId job) => StepHostClient.IsAlive(JobLayout.For(_inside.JobsDirectory, job));

    private static StandardStreams Silent() => new(TextWriter.Null, TextWriter.Null, false, false, false, () => null);

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=' or '~' or ':')
            ? argument
            : $"\"{argument}\"";
}
