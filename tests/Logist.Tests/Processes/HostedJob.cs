using System.Diagnostics;
using System.Globalization;
using Logist.Processes;
using Logist.StepHost;
using Logist.Stores;

namespace Logist.Tests.Processes;

/// <summary>A job directory with a step host, and a client that remembers what it heard. Leaves no process and no file behind.</summary>
internal sealed class HostedJob : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<HostEvent> _heard = [];
    private readonly List<HostEvent> _batch = [];
    private StepHostClient? _client;

    public HostedJob(string? parent = null)
    {
        Name = "t" + Guid.NewGuid().ToString("n")[..12];
        Job = new JobLayout(Path.Combine(parent ?? Path.GetTempPath(), "logist-" + Name));
        Directory.CreateDirectory(Job.Directory);
        Token = $"100000.{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999)}";
    }

    public string Name { get; }

    public JobLayout Job { get; }

    /// <summary>An argument of sleep that no other process on the machine has.</summary>
    public string Token { get; }

    public StepHostClient Client => _client ??= StepHostClient.Connect(Job, Slots);

    public int Slots { get; init; } = 2;

    public IReadOnlyList<HostEvent> Heard => _heard;

    public string Log(string key) => Path.Combine(Job.Attempts, key.Replace('/', '_'), "output.log");

    public string Index(string key) => Path.ChangeExtension(Log(key), ".idx");

    public StartRequest Request(string key, params string[] argv) => new(
        key, $"{Name}.1.{key.Split('/')[0]}.1", argv, Job.Directory,
        ["PATH=/usr/local/bin:/usr/bin:/bin", $"LOGIST_ATTEMPT_ID={Name}.1.{key.Split('/')[0]}.1"],
        null, Log(key), null, null, TimeSpan.FromSeconds(5));

    public StartRequest Shell(string key, string line) => Request(key, "/bin/sh", "-c", line);

    public void Start(StartRequest request)
    {
        Client.Start(request);
        Client.Flush();
    }

    public HostEvent.Exited Run(StartRequest request)
    {
        Start(request);
        return Exit(request.Execution);
    }

    public HostEvent.Exited Exit(string key) => Await<HostEvent.Exited>(e => e.Execution == key);

    public HostEvent.Started Started(string key) => Await<HostEvent.Started>(e => e.Execution == key);

    public T Await<T>(Func<T, bool> which) where T : HostEvent
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (_heard.OfType<T>().FirstOrDefault(which) is { } found)
            {
                return found;
            }

            (clock.Elapsed < Patience).ShouldBeTrue($"no {typeof(T).Name} but {string.Join(", ", _heard)}");
            _batch.Clear();
            Client.Receive(_batch, TimeSpan.FromMilliseconds(200));
            _heard.AddRange(_batch);
        }
    }

    /// <summary>What was heard until now is forgotten.</summary>
    public void Forget() => _heard.Clear();

    /// <summary>The owner goes away, the host stays.</summary>
    public void Leave()
    {
        _client?.Dispose();
        _client = null;
        _heard.Clear();
    }

    public int HostPid() => HostPid(Job);

    public static int HostPid(JobLayout job) => int.Parse(
        File.ReadLines(job.HostLog).Last(line => line.StartsWith("host ", StringComparison.Ordinal)).Split(' ')[2],
        CultureInfo.InvariantCulture);

    public static void Until(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            (clock.Elapsed < Patience).ShouldBeTrue(what);
            Thread.Sleep(5);
        }
    }

    /// <summary>Pids of everything that runs with this token among its arguments.</summary>
    public List<int> Running() => Running(Token);

    public static List<int> Running(string token)
    {
        var found = new List<int>();
        foreach (var (pid, entry) in ProcessTable.Scan())
        {
            if (entry.IsAlive && CommandLine(pid).Split('\0').Contains(token))
            {
                found.Add(pid);
            }
        }

        return found;
    }

    public void Dispose()
    {
        _client?.Dispose();
        if (StepHostClient.IsAlive(Job) && File.Exists(Job.HostLog))
        {
            // It writes its first lines together, a moment after it made the file.
            Until(() => !StepHostClient.IsAlive(Job) || File.ReadAllText(Job.HostLog).StartsWith("host ", StringComparison.Ordinal),
                "the host does not say who it is");
        }

        if (StepHostClient.IsAlive(Job) && File.Exists(Job.HostLog))
        {
            Kill(HostPid());
            Until(() => !StepHostClient.IsAlive(Job), "the host survives kill -9");
        }

        Orphans.Sweep(Name + ".", HostLog.Read(Job).Values);
        foreach (var pid in Running())
        {
            Kill(pid);
        }

        Directory.Delete(Job.Directory, recursive: true);
    }

    public static void Kill(int pid)
    {
        if (ProcessTable.TryRead(pid, out var entry))
        {
            Native.Signal(pid, entry.StartTime, Native.SIGKILL);
        }
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
