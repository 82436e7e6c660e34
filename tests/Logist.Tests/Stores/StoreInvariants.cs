using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Testing;
using static Logist.Testing.StoreSamples;

namespace Logist.Tests.Stores;

/// <summary>What must be true of a jobs directory after any crash, given what had been acknowledged before it.</summary>
internal static class StoreInvariants
{
    private static readonly string[] Names = ["job.created", "workflow_run.created"];

    /// <returns>What is violated; empty = all is well. Appends one event if it can.</returns>
    public static async Task<List<string>> CheckAsync(string jobsDirectory, IEnumerable<string> acknowledged)
    {
        var broken = new List<string>();
        var events = Promised(acknowledged, 'J');
        using var store = new FileJobStore(jobsDirectory, TimeProvider.System, (_, _) => Workflow);
        var layout = store.LayoutOf(SampleJob);
        if (!Directory.Exists(layout.Directory))
        {
            return events > 0 ? ["the job is lost"] : broken;
        }

        try
        {
            var stored = store.Read(SampleJob, 0).ToList();
            Require(broken, stored.Count >= events, $"events lost: {events} acknowledged, {stored.Count} there");
            Require(broken, IsOfLife(stored), "other events than were written");
            var manifest = ManifestFile.Load(layout).Journal.Seq;
            Require(broken, manifest >= Promised(acknowledged, 'M'), "the manifest went back");
            Require(broken, manifest <= stored.Count, "the manifest is ahead of the journal");
            var workflow = Path.Combine(layout.Workflows, "abc123.json");
            Require(broken, File.Exists(workflow) && File.ReadAllBytes(workflow).AsSpan().SequenceEqual(StoreChild.WorkflowFile),
                "the workflow is lost");
            var next = await store.AppendAsync(SampleJob, stored.Count, [new JobEvent.JobResubmitted(new Stamp(Start), "go on")], null,
                CancellationToken.None);
            Require(broken, next == new AppendResult.Appended(stored.Count + 1), "nothing can be appended");
        }
        catch (LogistException e)
        {
            broken.Add($"{e.Problem.What}: {e.Problem.Why}");
        }

        return broken;
    }

    private static long Promised(IEnumerable<string> acknowledged, char what) =>
        acknowledged.Where(a => a[0] == what).Select(a => long.Parse(a[2..])).DefaultIfEmpty(0).Max();

    private static void Require(List<string> broken, bool holds, string otherwise)
    {
        if (!holds)
        {
            broken.Add(otherwise);
        }
    }

    private static bool IsOfLife(List<StoredEvent> stored)
    {
        var names = stored.Select(s => EventJson.NameOf(s.Event)).ToList();
        return names.Take(2).SequenceEqual(Names)
            && stored.Select(s => s.Seq).SequenceEqual(Enumerable.Range(1, stored.Count).Select(i => (long)i))
            && names.Skip(2).All(name => name is "owner.acquired" or "task.scheduled" or "task.succeeded" or "job.resubmitted")
            && names.Count(name => name == "task.scheduled") == names.Count(name => name == "task.succeeded");
    }
}
