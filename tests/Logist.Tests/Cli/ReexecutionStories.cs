using Logist.Core.Jobs;

namespace Logist.Tests.Cli;

/// <summary>Jobs of which something was executed once more.</summary>
internal static class ReexecutionStories
{
    public const string Plan = "sha256:3f9c1a2b4c5d";

    /// <summary>All done, then one step again with another output: what was made from the old one is stale.</summary>
    public static Story Stale(Story? story = null)
    {
        story ??= Finished();
        _ = story.Tell(new JobEvent.TaskRestepRequested(story.By("ann"), story.Run, "implement", RestepInput.Original,
            "from the tree it first saw")
        {
            Reason = "a better model", PlanHash = Plan, Input = new string('b', 40),
            Difference = new AttemptDifference { Model = "opus", PromptAppend = "be \u001b[31mbrief" },
        });
        _ = story.Done("implement", 2, cost: 1.5m, agent: "claude", kind: AttemptKind.Restep, tree: 'd');
        _ = story.Tell(new JobEvent.TaskMarkedStale(story.By(), story.Run, "lint", "implement has a new output"));
        return story.Tell(new JobEvent.TaskMarkedStale(story.By(), story.Run, "test-linux", "implement has a new output"));
    }

    public static Story Finished()
    {
        var story = new Story(Story.FixLogin).Start();
        foreach (var step in (string[])["plan", "implement", "lint", "test-linux", "review"])
        {
            _ = story.Done(step);
        }

        _ = story.Tell(new JobEvent.ApprovalRequested(story.By(), 1, "merge", null, null, "Merge?"));
        _ = story.Tell(new JobEvent.ApprovalApproved(story.By("ann"), 1, "merge", "fine", null)).Done("merge").RunFinished("success");
        return story.Tell(new JobEvent.JobRested(story.By(), new string('e', 40), null) { Head = new string('e', 40) });
    }

    /// <summary>A second run from the fourth step: what is before it is reused or was never made.</summary>
    public static Story SecondRun()
    {
        var story = new Story(Story.FixLogin).Start().Done("plan", cost: 0.31m, agent: "claude")
            .Failed("implement", final: false).Done("implement", 2, cost: 2.1m, agent: "claude").Failed("lint").Failed("test-linux")
            .RunFinished("failed");
        _ = story.Rerun("test-linux", "the runner was broken");
        _ = story.Tell(new JobEvent.TaskReused(story.By(), 2, "plan", 1, 1));
        _ = story.Tell(new JobEvent.TaskReused(story.By(), 2, "implement", 1, 2));
        return story.Tell(new JobEvent.TaskSkipped(story.By(), 2, "lint")).Start();
    }

    /// <summary>Failed branches of the same run again.</summary>
    public static Story PartialRerun()
    {
        var story = TestFailed();
        _ = story.Tell(new JobEvent.RunPartialRerunRequested(story.By("ops"), 1, ["test-linux"], [], "runner disk fixed")
        {
            PlanHash = Plan,
        });
        _ = story.Tell(new JobEvent.TaskPartialRerunReset(story.By("ops"), 1, "test-linux", "failed", "runner disk fixed"));
        return story.Running("test-linux", 2, kind: AttemptKind.PartialRerun);
    }

    private static Story TestFailed() => new Story(Story.FixLogin).Start().Done("plan").Done("implement").Done("lint")
        .Failed("test-linux").RunFinished("failed");

    public static Story Resolved()
    {
        var story = TestFailed();
        return story.Tell(new JobEvent.TaskResolved(story.By("ben"), 1, "test-linux", 2, Success: true, "tested by hand")
        {
            Input = new string('c', 40), Result = new WorkResult { Commit = new string('f', 40), Tree = new string('9', 40) },
        });
    }
}
