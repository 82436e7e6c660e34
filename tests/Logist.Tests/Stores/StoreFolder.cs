using System.Text;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;

namespace Logist.Tests.Stores;

/// <summary>A jobs directory of its own for one test, and what store tests need again and again.</summary>
internal sealed class StoreFolder : IDisposable
{
    public static readonly JobId Job = JobId.Parse("fix-login");

    public static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public static readonly WorkflowDefinition Workflow = new("sample", [new StepDefinition("build")]);

    public static readonly Owner Me = new("logist run", "box", 4711, "boot-1", 99);

    public StoreFolder()
    {
        Path = Directory.CreateTempSubdirectory("logist-store-").FullName;
        Store = Open();
    }

    public string Path { get; }

    public FileJobStore Store { get; }

    public JobLayout Layout => JobLayout.For(Path, Job);

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public FileJobStore Open(Durability durability = Durability.Full) => new(Path, TimeProvider.System, (_, _) => Workflow, durability);

    public static JobEvent[] Creation(DateTimeOffset? at = null) =>
    [
        new JobEvent.JobCreated(new Stamp(at ?? Start, "ann", "c-1"), Job.Value) { Description = "Grüße \U0001F600", BudgetUsd = 2.50m },
        new JobEvent.RunCreated(new Stamp(at ?? Start, "ann", "c-1"), 1, "run", "abc123") { Workflow = Workflow },
    ];

    public static JobEvent.TaskScheduled Scheduled(int attempt) =>
        new(new Stamp(Start.AddSeconds(attempt)), 1, "build", attempt, AttemptKind.Initial) { Input = "9f2c", Place = "workspace" };

    public static JobEvent.TaskSucceeded Succeeded(int attempt) =>
        new(new Stamp(Start.AddSeconds(attempt).AddMilliseconds(500)), 1, "build", attempt, new WorkResult { ExitCode = 0, DurationMs = 12, Commit = "77aa" });

    /// <summary>A job of that many events, two per append.</summary>
    public async Task<FileJobStore> WithEventsAsync(int count)
    {
        await Store.AppendAsync(Job, 0, Creation(), null, Ct);
        for (var seq = 2; seq < count; seq += 2)
        {
            (await Store.AppendAsync(Job, seq, [Scheduled(seq), Succeeded(seq)], null, Ct)).ShouldBe(new AppendResult.Appended(seq + 2));
        }

        return Store;
    }

    public void SaveManifest(JournalPosition? position = null) => ManifestFile.Save(Layout, Manifest(position ?? Store.VerifyChain(Job, 0)));

    public static byte[] Manifest(JournalPosition position, string status = "PENDING", string job = "fix-login") => Encoding.UTF8.GetBytes(
        $$"""
        {"schema":"logist.manifest/v1","job_id":"{{job}}","description":"Grüße","status":"{{status}}","reason":null,"current_phase":"build",
        "active_phases":[],"active_agent":null,"active_role":null,"phase_counts":{"PENDING":2,"SUCCESS":1},
        "metrics":{"cumulative_cost_usd":3.1},"updated_at":"2026-11-20T10:00:00.000Z",
        "phases":[{"number":1,"name":"build","needs":[],"status":"{{status}}"}],
        "journal":{"seq":{{position.Seq}},"offset":{{position.Offset}},"epoch":{{position.Epoch}} } }

        """);

    public byte[] Bytes()
    {
        using var file = new FileStream(Layout.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    public void Write(byte[] journal) => Overwrite(Layout.Journal, journal);

    /// <summary>In place: ext4 flushes a file that is truncated to nothing and written anew, 2 ms each.</summary>
    public static void Overwrite(string path, byte[] content)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(content);
        file.SetLength(content.Length);
    }

    public static async Task<List<StoredEvent>> ReadAllAsync(IJobStore store, long after = 0)
    {
        var all = new List<StoredEvent>();
        await foreach (var stored in store.ReadAsync(Job, after, Ct))
        {
            all.Add(stored);
        }

        return all;
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
