using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Engine;

/// <summary>
/// Where several steps failed, <c>workspace/</c> shows what was accepted and each failed attempt's tree stays beside it, for a person to
/// look at and mend: what is edited there belongs to that step.
/// </summary>
public static class KeptTrees
{
    /// <summary>More are not checked out: a wide graph may fail in thousands of places.</summary>
    private const int Most = 16;

    /// <summary>The trees that are kept while the job rests as it stands now.</summary>
    /// <returns>Step, place relative to the job, and the commit it shows.</returns>
    public static IReadOnlyList<(int Step, string Place, string Commit)> Of(JobState job)
    {
        if (job.Run is not { Failed.Count: > 1 } run)
        {
            return [];
        }

        var kept = new List<(int, string, string)>();
        foreach (var step in run.Failed)
        {
            if (kept.Count < Most && run.Tasks[step].LastAttempt is { Result.Commit: { } commit } attempt)
            {
                kept.Add((step, Place(job, run, step, attempt), commit));
            }
        }

        return kept;
    }

    /// <summary>Trees of failed attempts that are there now, kept at an earlier rest and not taken up yet.</summary>
    internal static IEnumerable<(string Step, string Place)> Find(JobState job, JobLayout layout)
    {
        var directory = Path.Combine(layout.Directory, "worktrees");
        if (!Directory.Exists(directory))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            var place = $"worktrees/{Path.GetFileName(path)}";
            if (AttemptId.TryParse($"{job.Id}.{Path.GetFileName(path)}", out var id) && job.Runs.Count >= id.Run
                && job.Runs[id.Run - 1] is var run && run.Workflow.IndexOf(id.Step) is >= 0 and var step
                && run.Tasks[step].LastAttempt is { Status: AttemptStatus.Failed or AttemptStatus.Canceled } last
                && last.Number == id.Number)
            {
                yield return (id.Step, place);
            }
        }
    }

    private static string Place(JobState job, RunState run, int step, AttemptState attempt) =>
        $"worktrees/{new AttemptId(job.Id, run.Number, run.Workflow.Steps[step].Id, attempt.Number).Local}";
}
