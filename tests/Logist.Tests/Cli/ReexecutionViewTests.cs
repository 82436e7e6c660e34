using System.Globalization;
using System.Text;
using System.Text.Json;
using Logist.Cli.Output;
using Logist.Cli.Views;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Views;

namespace Logist.Tests.Cli;

/// <summary>What was executed once more, and what is out of date, is said wherever a job is shown.</summary>
public sealed class ReexecutionViewTests
{
    [Fact]
    public void Status_says_why_a_step_is_stale_reused_or_being_done_again()
    {
        var page = new StringBuilder();
        Chapter("stale after a restep", ReexecutionStories.Stale());
        var restep = ReexecutionStories.Finished();
        _ = restep.Tell(new JobEvent.TaskRestepRequested(restep.By("ann"), 1, "lint", RestepInput.Current, "from the current state")
        {
            Reason = "flaky \u001b[2J",
        });
        Chapter("restep asked for", restep);
        Chapter("restep running", restep.Running("lint", 2, kind: AttemptKind.Restep));
        Chapter("second run", ReexecutionStories.SecondRun().Running("test-linux"));
        Chapter("second run failed", ReexecutionStories.SecondRun().Failed("test-linux").RunFinished("failed"));
        Chapter("partial re-run", ReexecutionStories.PartialRerun());
        Chapter("done by hand", ReexecutionStories.Resolved());
        var failedAgain = ReexecutionStories.Finished();
        _ = failedAgain.Tell(new JobEvent.TaskRestepRequested(failedAgain.By("ann"), 1, "lint", RestepInput.Original, "why"));
        Chapter("a restep failed", failedAgain.Failed("lint", 2).RunFinished("failed"));
        page.ToString().ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));

        void Chapter(string title, Story story)
        {
            _ = page.Append(CultureInfo.InvariantCulture, $"--- {title}\n");
            foreach (var line in Status(story, 120))
            {
                _ = page.Append(line).Append('\n');
            }
        }
    }

    [Fact]
    public void A_live_frame_says_what_is_being_done_again_and_for_how_long()
    {
        var story = ReexecutionStories.Stale();
        _ = story.Tell(new JobEvent.TaskRestepRequested(story.By("ann"), 1, "plan", RestepInput.Original, "why"));
        var frame = LiveFrame.Lines(story.Running("plan", 2, kind: AttemptKind.Restep).State, story.Now, 0, (100, 24), Style.None);
        frame[0].ShouldContain("RUNNING · restep of plan · 5/6 steps · 0m30");
        frame.ShouldContain(line => line.Contains("↻ 3 lint  stale: implement has a new output", StringComparison.Ordinal));
        var second = ReexecutionStories.SecondRun().Running("test-linux");
        LiveFrame.Lines(second.State, second.Now, 0, (100, 24), Style.None)[0].ShouldContain("run 2 · rerun from test-linux");
    }

    [Fact]
    public void Plain_progress_names_what_became_stale_but_not_each_of_thousands_of_reused_steps()
    {
        var story = ReexecutionStories.Stale();
        PlainProgress.Line(story.Events[^1], story.State, Style.None).ShouldBe(
            $"{story.Events[^1].By.At:HH:mm:ss} ↻ 4 test-linux  stale: implement has a new output");
        PlainProgress.Line(new JobEvent.TaskReused(story.By(), 2, "plan", 1, 1), story.State, Style.None).ShouldBeNull();
        PlainProgress.Line(new JobEvent.TaskReused(story.By(), 1, "plan", 1, 1), story.State, Style.None).ShouldNotBeNull();
    }

    [Fact]
    public void Next_commands_lose_their_explanations_before_they_lose_a_letter()
    {
        var story = new Story(Story.FixLogin).Start().Done("plan").Failed("implement").RunFinished("failed");
        foreach (var width in (int[])[40, 60, 80, 100, 200])
        {
            var next = Status(story, width).Where(line => line.StartsWith("  next: ", StringComparison.Ordinal)).ToList();
            next.Count.ShouldBe(5);
            next.Select(line => line["  next: ".Length..].Split("  # ")[0].TrimEnd()).ShouldBe(Advice.Next(story.State));
            next.ShouldAllBe(line => !line.Contains('#', StringComparison.Ordinal) || line.Length <= width);
        }
    }

    [Theory, MemberData(nameof(Done))]
    public void A_finished_job_reads_the_same_from_its_manifest_as_from_its_journal(string name)
    {
        var story = name switch
        {
            nameof(ReexecutionStories.Stale) => ReexecutionStories.Stale(),
            "Wide" => WideAndStale(),
            _ => ReexecutionStories.SecondRun().Done("test-linux").Done("review").Done("merge").RunFinished("success"),
        };
        story.State.Status.ShouldBe(JobStatus.Success);

        FinishedView.Lines(Manifest(story), "/w", story.Now, 100, Style.None).ShouldBe(Status(story, 100));
    }

    public static TheoryData<string> Done() => ["Stale", "Wide", "SecondRun"];

    [Fact]
    public void The_manifest_lists_the_stale_steps_of_a_wide_job()
    {
        var manifest = Manifest(WideAndStale());

        manifest.GetProperty("steps_stale").GetInt32().ShouldBe(70);
        manifest.GetProperty("phases").EnumerateArray().Count(phase => phase.GetProperty("stale").GetBoolean()).ShouldBe(70);
        manifest.GetProperty("phases_omitted").GetInt32().ShouldBe(630);
    }

    [Fact]
    public void The_manifest_tells_stale_and_reused_steps_and_what_a_run_was_made_for()
    {
        var stale = Phase(Manifest(ReexecutionStories.Stale()), "lint");
        stale.GetProperty("stale").GetBoolean().ShouldBeTrue();
        stale.GetProperty("stale_because").GetString().ShouldBe("implement has a new output");

        var story = ReexecutionStories.SecondRun();
        var manifest = Manifest(story);
        var reused = Phase(manifest, "implement");
        reused.GetProperty("status").GetString().ShouldBe("REUSED");
        reused.GetProperty("attempts").GetInt32().ShouldBe(0);
        reused.GetProperty("commit").GetString().ShouldBe(new string('c', 40));
        reused.GetProperty("reused_from").GetString().ShouldBe("fix-login.1.implement.2");
        var accepted = story.State.Runs[0].Tasks[1].Accepted!;
        reused.GetProperty("started_at").GetDateTimeOffset().ShouldBe(accepted.ScheduledAt);
        reused.GetProperty("finished_at").GetDateTimeOffset().ShouldBe(accepted.FinishedAt!.Value);
        Phase(manifest, "lint").GetProperty("status").GetString().ShouldBe("SKIPPED");

        var run = manifest.GetProperty("run");
        run.GetProperty("from_step").GetString().ShouldBe("test-linux");
        run.GetProperty("requested_by").GetString().ShouldBe("ann");
        run.GetProperty("reason").GetString().ShouldBe("the runner was broken");
        run.GetProperty("plan_hash").GetString().ShouldBe("sha256:0123456789");
    }

    [Fact]
    public void The_manifest_names_the_base_of_the_current_run()
    {
        var story = ReexecutionStories.Finished();
        _ = story.Tell(new JobEvent.RunCreated(story.By("ann"), 2, "rerun", "sha")
        {
            Workflow = Story.FixLogin, BaseRef = "develop", BaseCommit = new string('7', 40),
        });

        var git = Manifest(story).GetProperty("git");
        git.GetProperty("base").GetString().ShouldBe("develop");
        git.GetProperty("baseline").GetString().ShouldBe(new string('7', 40));
    }

    [Fact]
    public void The_current_phase_of_a_job_in_a_restep_is_that_step()
    {
        var story = ReexecutionStories.Finished();
        _ = story.Tell(new JobEvent.TaskRestepRequested(story.By("ann"), 1, "lint", RestepInput.Original, "why"));

        Manifest(story).GetProperty("current_phase").GetString().ShouldBe("lint");
    }

    [Theory]
    [InlineData("success", "success")]
    [InlineData("failed", "failed")]
    [InlineData("canceled", "aborted")]
    [InlineData("canceled after a failure", "aborted")]
    [InlineData("suspended", "aborted")]
    [InlineData("halted", "failed")]
    public void A_run_that_a_later_one_followed_keeps_how_it_ended(string how, string expected)
    {
        var story = how == "success" ? ReexecutionStories.Finished() : new Story(Story.FixLogin).Start().Done("plan");
        _ = how switch
        {
            "failed" => story.Failed("implement").RunFinished("failed"),
            "canceled" => Cancel(story),
            "canceled after a failure" => Cancel(story.Failed("implement").RunFinished("failed")),
            "suspended" => story.Tell(new JobEvent.JobSuspended(story.By("ben"), false, null)),
            "halted" => story.Tell(new JobEvent.JobHalted(story.By(), "internal", "boom", null)).RunFinished("failed"),
            _ => story,
        };
        _ = story.Rerun(null, "again");

        Manifest(story).GetProperty("runs")[0].GetProperty("status").GetString().ShouldBe(expected);

        static Story Cancel(Story story) => story.Tell(new JobEvent.JobCancelRequested(story.By("ben"), null, null))
            .Tell(new JobEvent.RunAborted(story.By(), 1)).Tell(new JobEvent.JobCanceled(story.By()));
    }

    [Fact]
    public void Inspect_tells_who_had_what_executed_once_more_and_why()
    {
        var page = new StringBuilder();
        foreach (var story in (Story[])[ReexecutionStories.Stale(), ReexecutionStories.SecondRun(), ReexecutionStories.PartialRerun(),
            ReexecutionStories.Resolved()])
        {
            _ = page.AppendJoin('\n', InspectView.Lines(story.State, Style.None)).Append("\n---\n");
        }

        page.ToString().ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
    }

    [Fact]
    public void History_shows_a_reason_once_and_the_plan_where_there_is_room()
    {
        var events = ReexecutionStories.PartialRerun().Events.Concat(ReexecutionStories.Stale().Events)
            .Concat(ReexecutionStories.SecondRun().Events).Concat(ReexecutionStories.Resolved().Events)
            .Where(e => e is JobEvent.TaskRestepRequested or JobEvent.RunPartialRerunRequested or JobEvent.TaskPartialRerunReset
                or JobEvent.TaskMarkedStale or JobEvent.TaskReused or JobEvent.TaskSkipped or JobEvent.TaskResolved
                or JobEvent.RunCreated { Run: 2 })
            .Append(new JobEvent.JobHumanChange(new Stamp(Story.Begin, "ann"), "a", "b", "c", ["src/a.cs", "src/b.cs"])).ToList();
        var wide = events.Select((e, i) => HistoryView.Line(new StoredEvent(i + 1, e), 200, Style.None));
        var narrow = events.Select((e, i) => HistoryView.Line(new StoredEvent(i + 1, e), 80, Style.None));
        string.Join('\n', [.. wide, "--- narrow", .. narrow]).ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
        var restep = new StoredEvent(1, events.OfType<JobEvent.TaskRestepRequested>().First());
        HistoryView.Line(restep, 80, Style.None, verbose: true).ShouldEndWith("plan 3f9c1a2");
    }

    [Fact]
    public void Advice_fits_where_the_job_stands()
    {
        Advice.Next(ReexecutionStories.Stale().State).ShouldBe(["logist job run fix-login --stale", "logist job rerun fix-login",
            "logist job restep fix-login <step>"]);
        var gate = ReexecutionStories.SecondRun().Done("test-linux").Done("review");
        _ = gate.Tell(new JobEvent.ApprovalRequested(gate.By(), 2, "merge", null, null, null));
        _ = gate.Tell(new JobEvent.ApprovalRejected(gate.By("ben"), 2, "merge", "not yet", Rerun: false))
            .Tell(new JobEvent.TaskFailed(gate.By(), 2, "merge", 0, new Failure(FailureCategory.ApprovalRejected, "not yet"), null));
        Advice.Next(gate.State).ShouldNotContain("logist job restep fix-login merge", "a gate executes nothing");
        var earlier = new Story(Story.FixLogin).Start().Done("plan").Done("implement").Failed("test-linux");
        Advice.Next(earlier.Done("lint").State).ShouldContain("logist job rerun fix-login --step test-linux");
        var skips = new Story(Independent()).Start().Failed("b").RunFinished("failed");
        Advice.Next(skips.State).ShouldContain("logist job rerun fix-login --step a", "from b on, a would be skipped");
    }

    private static WorkflowDefinition Independent() => new("w",
    [
        new StepDefinition("a") { Run = new RunAction("true", null), Needs = ["b"] },
        new StepDefinition("b") { Run = new RunAction("true", null) },
    ]);

    private static Story WideAndStale()
    {
        var story = new Story(new WorkflowDefinition("wide", [.. Enumerable.Range(0, 700)
            .Select(i => new StepDefinition($"s{i}") { Run = new RunAction("true", null) })])).Start();
        for (var i = 0; i < 700; i++)
        {
            _ = story.Done($"s{i}");
        }

        for (var i = 0; i < 700; i += 10)
        {
            _ = story.Tell(new JobEvent.TaskMarkedStale(story.By(), 1, $"s{i}", "something has a new output"));
        }

        return story.RunFinished("success");
    }

    private static List<string> Status(Story story, int width) =>
        [.. StatusView.Lines(story.State, new StatusFacts(story.Now, "/w"), width, Style.None)];

    private static JsonElement Manifest(Story story) => JsonDocument.Parse(
        ManifestDocument.Render(story.State, [], 0, new JobLayout("/jobs/fix-login"))).RootElement;

    private static JsonElement Phase(JsonElement manifest, string step) =>
        manifest.GetProperty("phases").EnumerateArray().Single(phase => phase.GetProperty("name").GetString() == step);
}
