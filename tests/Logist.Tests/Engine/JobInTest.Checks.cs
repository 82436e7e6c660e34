using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Stores;
using Logist.Testing;
using Logist.Tests.Stores;
using Logist.Views;

namespace Logist.Tests.Engine;

/// <summary>What holds at every moment, and what can be read of the job afterwards.</summary>
internal sealed partial class JobInTest
{
    /// <summary>Manifest statuses change at the same moment as the job's; the journal is never behind what anybody is told.</summary>
    private void Changed(IJobStore store, LoadedJob job, IReadOnlyList<StoredEvent> news)
    {
        var manifest = ManifestFile.Load(Layout);
        manifest.Journal.Seq.ShouldBeLessThanOrEqualTo(store.PositionAt(Id, store.Read(Id, 0).Last().Seq).Seq);
        if (news.Count == 0)
        {
            return;
        }

        job.State.Seq.ShouldBe(news[^1].Seq);
        if (job.State.Run?.StartedAt is not null)
        {
            Note(Told, job.State.Status.Text());
            Note(OnDisk, manifest.Status);
            if (news.Any(n => n.Event is not JobEvent.OwnerAcquired) && manifest.Journal.Seq <= job.State.Seq)
            {
                // Else somebody else wrote a newer one already.
                manifest.Status.ShouldBe(job.State.Status.Text(), "a change of the job's status is in the manifest at once");
            }
        }

        foreach (var stored in news)
        {
            AssertCommit(stored.Event);
            Happened?.Invoke(stored, job.State);
        }
    }

    private static void Note(List<string> statuses, string status)
    {
        if (statuses.Count == 0 || statuses[^1] != status)
        {
            statuses.Add(status);
        }
    }

    private void AssertCommit(JobEvent happened)
    {
        var result = happened switch
        {
            JobEvent.TaskSucceeded e => e.Result,
            JobEvent.TaskFailed e => e.Result,
            JobEvent.TaskWorkerFinished e => e.Result,
            _ => null,
        };
        if (result?.Commit is { } commit)
        {
            Git("cat-file", "-t", commit).ShouldBe("commit");
            result.Tree.ShouldBe(Git("rev-parse", $"{commit}^{{tree}}"));
        }
    }

    /// <summary>At rest: the manifest tells all, and the journal folds to exactly what the worker believed.</summary>
    /// <summary>Others append to the job while it is driven: what it settles to is only known when they have stopped.</summary>
    public bool OthersAppend { get; set; }

    private async Task AssertSettledAsync(RunResult result)
    {
        if (OthersAppend || result.End is RunEnd.Detached or RunEnd.Superseded)
        {
            return;
        }

        var store = Store();
        var folded = await LoadedJob.LoadAsync(store, Id, CancellationToken.None);
        AssertSame(Described.Describe(folded.State), Described.Describe(result.Job.State));
        var manifest = ManifestFile.Load(Layout, out var onDisk);
        manifest.Journal.Seq.ShouldBe(folded.State.Seq);
        var again = ManifestDocument.Render(folded.State, folded.Recent, manifest.Journal.Offset, Layout);
        System.Text.Encoding.UTF8.GetString(onDisk.Span).ShouldStartWith(System.Text.Encoding.UTF8.GetString(again)[..^1]);
    }

    /// <summary>Only the first difference, with the beginning of what it stands in: the whole state is pages.</summary>
    private static void AssertSame(string folded, string believed)
    {
        var at = folded.AsSpan().CommonPrefixLength(believed);
        var from = Math.Max(0, at - 120);
        folded[from..Math.Min(folded.Length, at + 60)].ShouldBe(believed[from..Math.Min(believed.Length, at + 60)],
            "what the journal folds to is not what the worker believed");
    }

    public JsonElement Manifest()
    {
        _ = ManifestFile.Load(Layout, out var document);
        return JsonDocument.Parse(document).RootElement;
    }

    public JsonElement Phase(string step) =>
        Manifest().GetProperty("phases").EnumerateArray().Single(p => p.GetProperty("name").GetString() == step);

    public IReadOnlyList<StoredEvent> Journal() => [.. Store().Read(Id, 0)];

    public IReadOnlyList<T> Events<T>() where T : JobEvent => [.. Journal().Select(s => s.Event).OfType<T>()];

    public Task<string> HistoryAsync() =>
        Task.FromResult(string.Join('\n', Journal().Select(s => $"{s.Seq} {EventText.Place(s.Event)} {EventText.Text(s.Event)}")));

    /// <summary>Git in the job's bare repository.</summary>
    public string Git(params string[] arguments) => TempRepo.GitIn(Layout.Directory, ["--git-dir=repo.git", .. arguments]);

    public string Commit(string step) => Events<JobEvent.TaskSucceeded>().Last(e => e.Step == step).Result?.Commit
        ?? Events<JobEvent.TaskWorkerFinished>().Last(e => e.Step == step).Result.Commit!;

    public string Show(string commit, string path) => Git("show", $"{commit}:{path}");

    public string[] Files(string commit) => Git("ls-tree", "-r", "--name-only", commit).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Attempt(string step, int number, string file) =>
        File.ReadAllText(Path.Combine(Layout.Attempts, $"1.{step}.{number}", file));

    /// <summary>How often a step's process was launched; the step writes its id into the mark.</summary>
    public string[] Launches() => File.Exists(Mark("ran")) ? File.ReadAllLines(Mark("ran")) : [];

    public string InWorkspace(string path) => Path.Combine(Layout.Workspace, path);
}
