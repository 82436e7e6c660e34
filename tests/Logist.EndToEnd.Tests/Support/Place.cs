using System.Globalization;
using System.Text.Json;
using Logist.Stores;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>
/// A home of Logist, a user's repository and one job in a temporary directory. Leaves no process and no file behind, whatever
/// the test did.
/// </summary>
internal sealed class Place : IDisposable
{
    // Signals as in a terminal, also when the tests run as a shell's background job (there SIGINT is ignored, and inherited).
    private static readonly string[] DefaultSignals = ["/usr/bin/env", "--default-signal=INT,TERM,QUIT,HUP"];

    private readonly List<CliProcess> _started = [];
    private readonly List<Gate> _gates = [];
    private readonly string _top = Directory.CreateTempSubdirectory("logist-e2e-").FullName;

    /// <param name="home">Another file system for LOGIST_HOME.</param>
    public Place(string? home = null)
    {
        Home = home ?? Path.Combine(_top, "home");
        Work = Directory.CreateDirectory(Path.Combine(_top, "work")).FullName;
        Job = "e" + Guid.NewGuid().ToString("n")[..10];
        Token = $"100000.{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999).ToString(CultureInfo.InvariantCulture)}";
        File.WriteAllText(Launches, "");
    }

    public string Home { get; }

    /// <summary>The current directory of the commands; a repository only if a test makes it one.</summary>
    public string Work { get; }

    public string Job { get; }

    /// <summary>An argument of sleep that no other process on the machine has.</summary>
    public string Token { get; }

    public JobLayout Layout => LayoutOf(Job);

    /// <summary>Every execution of a step writes its line here first: a shell command.</summary>
    public string Launch => $"echo $LOGIST_ATTEMPT_ID $LOGIST_ROLE >> {Launches}";

    private string Launches => Path.Combine(_top, "launches");

    /// <summary>In order of launch: "step.attempt", of checks and reviews also the role.</summary>
    public List<string> Launched() => [.. WholeLines(Launches)
        .Select(line => line.Replace($"{Job}.1.", "", StringComparison.Ordinal).Replace(" worker", "", StringComparison.Ordinal))];

    public string PathOf(string name) => Path.Combine(_top, name);

    /// <param name="job">Begins like <see cref="Job"/>, so that nothing of it is left behind.</param>
    public JobLayout LayoutOf(string job) => new(Path.Combine(Home, "jobs", job));

    public Gate Gate(string name = "gate")
    {
        var gate = new Gate(PathOf(name));
        _gates.Add(gate);
        return gate;
    }

    public void Repository()
    {
        TempRepo.GitIn(Work, "init", "-q", "-b", "main");
        File.WriteAllText(Path.Combine(Work, "readme.md"), "hello\n");
        TempRepo.GitIn(Work, "add", "-A");
        TempRepo.GitIn(Work, "commit", "-q", "-m", "first");
    }

    public Task CreateAsync(string workflow, params string[] options) => CreateJobAsync(Job, workflow, options);

    public async Task CreateJobAsync(string job, string workflow, params string[] options)
    {
        var file = PathOf("workflow.yaml");
        await File.WriteAllTextAsync(file, $"version: 1\nname: {job}\n{workflow}");
        (await RunAsync(["job", "create", file, "--name", job, .. options])).ShouldExit(0);
    }

    public CliProcess Start(params string[] arguments) => StartWith(DefaultSignals, null, arguments);

    public CliProcess StartWith(string[] before, IReadOnlyDictionary<string, string>? variables, params string[] arguments)
    {
        var process = CliProcess.Start(Work, Home, before, variables, arguments);
        _started.Add(process);
        return process;
    }

    public CliProcess StartRun(params string[] options) => Start(["job", "run", Job, .. options]);

    public Task<CliResult> RunAsync(params string[] arguments) => Start(arguments).EndAsync();

    public Task<CliResult> FinishAsync() => StartRun().EndAsync();

    public async Task<JsonElement> StatusAsync()
    {
        var result = (await RunAsync("job", "status", Job, "--json")).ShouldExit(0);
        return JsonDocument.Parse(result.Out).RootElement;
    }

    /// <summary>What job_manifest.json itself says, without any help of the program.</summary>
    public JsonElement Manifest() => JsonDocument.Parse(File.ReadAllBytes(Layout.Manifest)).RootElement;

    public string ManifestStatus() => Manifest().GetProperty("status").GetString()!;

    /// <summary>The whole lines of a file that another process may be writing: what follows the last newline is not a line yet.</summary>
    private static string[] WholeLines(string path)
    {
        var text = File.ReadAllText(path);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>"type step" of every event in the journal, read as plain JSON lines.</summary>
    public List<string> Events() => EventsOf(Job);

    public List<string> EventsOf(string job)
    {
        var found = new List<string>();
        foreach (var line in WholeLines(LayoutOf(job).Journal))
        {
            using var document = JsonDocument.Parse(line);
            if (!document.RootElement.TryGetProperty("events", out var events))
            {
                continue;
            }

            foreach (var happened in events.EnumerateArray())
            {
                var step = happened.TryGetProperty("step", out var name) ? " " + name.GetString() : "";
                found.Add(happened.GetProperty("type").GetString() + step);
            }
        }

        return found;
    }

    public int Count(string happened) => Events().Count(e => e == happened || e.StartsWith(happened + " ", StringComparison.Ordinal));

    /// <summary>The job's living step host, or 0.</summary>
    public int HostPid()
    {
        if (!File.Exists(Layout.HostLog))
        {
            return 0;
        }

        var last = WholeLines(Layout.HostLog).LastOrDefault(line => line.StartsWith("host ", StringComparison.Ordinal));
        var pid = last is null ? 0 : int.Parse(last.Split(' ')[2], CultureInfo.InvariantCulture);
        return pid > 0 && LiveProcesses.IsAlive(pid) && LiveProcesses.Arguments(pid).Contains("Logist.StepHost", StringComparison.Ordinal)
            ? pid : 0;
    }

    public async Task KillHostAsync()
    {
        var pid = HostPid();
        pid.ShouldBeGreaterThan(0, "no step host lives");
        LiveProcesses.Signal(pid, LiveProcesses.SIGKILL);
        await Soon.Async(() => !LiveProcesses.IsAlive(pid), "the host is gone");
    }

    /// <summary>Kills the host as it is about to give its n-th answer from now on: 1 is its greeting of the next owner, 2 its
    /// list.</summary>
    public IDisposable KillHostAtAnswer(int answer) => new Tracer(HostPid(), $"sendto:signal=KILL:when={answer}", PathOf("host-trace"));

    public bool HostIsTraced() => HostPid() is > 0 and var host
        && !File.ReadAllText($"/proc/{host}/status").Contains("TracerPid:\t0\n", StringComparison.Ordinal);

    /// <summary>Everything that an attempt of this job runs.</summary>
    public List<int> StepProcesses() => StepProcesses(Job);

    public static List<int> StepProcesses(params string[] jobs) =>
        [.. jobs.SelectMany(job => LiveProcesses.With($"LOGIST_ATTEMPT_ID={job}."))];

    public Task<TimeSpan> LaunchedAsync(int count) => Soon.Async(() => WholeLines(Launches).Length >= count, $"{count} launches");

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Dispose();
        }

        if (HostPid() is > 0 and var host)
        {
            LiveProcesses.Signal(host, LiveProcesses.SIGKILL);
        }

        foreach (var pid in LiveProcesses.With(Job).Concat(LiveProcesses.With(Token)))
        {
            LiveProcesses.Signal(pid, LiveProcesses.SIGKILL);
        }

        foreach (var gate in _gates)
        {
            gate.Dispose();
        }

        TempRepo.Shell("/", $"chmod -R u+rwX '{_top}'; rm -rf '{_top}'");
    }
}
