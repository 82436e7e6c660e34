using System.Globalization;
using System.Text;
using Logist.Cli;
using Logist.Cli.Output;
using Logist.Cli.Views;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Views;

namespace Logist.Tests.Cli;

public sealed class ViewTests
{
    [Fact]
    public void Status_shows_steps_reason_and_next_commands()
    {
        var page = new StringBuilder();
        Chapter("not started", new Story(Story.FixLogin, budget: 5));
        Chapter("running in parallel", Planned().Schedule("lint").Running("test-linux"));
        Chapter("running, its owner was killed", Owned(Planned()).Running("lint"), ownerAlive: false);
        var reviewing = Started().Done("plan", cost: 0.31m, agent: "claude").Running("implement", agent: "claude");
        reviewing.Tell(new JobEvent.TaskWorkerFinished(reviewing.By(), 1, "implement", 1, new WorkResult { Commit = new string('d', 40) }));
        Chapter("reviewing", reviewing.Tell(new JobEvent.TaskReviewStarted(reviewing.By(), 1, "implement", 1, "codex")));
        Chapter("a step failed", Failed(new Story(Story.FixLogin, budget: 5)));
        Chapter("retry waits", RetryWaits());
        Chapter("approval required", AtTheGate());
        var suspended = Planned();
        Chapter("suspended", suspended.Tell(new JobEvent.JobSuspended(suspended.By("ben"), false, "lunch")));
        var canceled = Planned();
        canceled.Tell(new JobEvent.JobCancelRequested(canceled.By("ben"), "wrong \u001b[2Jbranch", null));
        Chapter("canceled", canceled.Tell(new JobEvent.JobCanceled(canceled.By())));
        var halted = Planned();
        Chapter("halted",
            halted.Tell(new JobEvent.JobHalted(halted.By(), "internal", "InvalidOperationException", "/home/ann/.logist/logs/error.log")));
        var broke = Planned();
        Chapter("budget", broke.Tell(new JobEvent.BudgetReached(broke.By(), "job", "$5.00", "$5.02")));
        Chapter("success", Succeeded());
        page.ToString().ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));

        void Chapter(string title, Story story, bool? ownerAlive = null)
        {
            _ = page.Append(CultureInfo.InvariantCulture, $"--- {title}\n");
            foreach (var line in StatusView.Lines(story.State, new StatusFacts(story.Now, "/jobs/fix-login/workspace", ownerAlive), 110,
                Style.None))
            {
                line.Length.ShouldBeLessThanOrEqualTo(120);
                _ = page.Append(line).Append('\n');
            }
        }
    }

    [Fact]
    public void Status_of_a_wide_job_stays_short()
    {
        var story = new Story(Wide(10_000)).Start();
        for (var i = 0; i < 200; i++)
        {
            _ = story.Done($"s{i}");
        }

        var lines = StatusView.Lines(story.Running("s9000").State, new StatusFacts(story.Now, "/w"), 100, Style.None).ToList();
        lines.Count.ShouldBeLessThan(90);
        lines.ShouldContain(line => line.Contains("9001 s9000", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("more to come", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_shows_a_row_per_job_and_damage_in_place()
    {
        var now = Story.Begin.AddHours(1);
        JobRow[] rows =
        [
            new("fix-login", "INTERVENTION_REQUIRED")
            {
                CurrentPhase = "test-linux", StepsDone = 3, StepsTotal = 6, CostUsd = 3.1m, WaitingOn = "step_failed",
                UpdatedAt = now.AddMinutes(-2),
            },
            new("add-export", "RUNNING")
            {
                CurrentPhase = "build", StepsDone = 1, StepsTotal = 4, WaitingOn = "claude", UpdatedAt = now.AddSeconds(-5),
            },
            new("broken", JobRow.Damaged) { WaitingOn = "/jobs/broken/job_manifest.json: it is\nempty; logist job recover broken" },
        ];
        string.Join('\n', ListView.Lines(rows, "fix-login", now, int.MaxValue, Style.None).Append("--- 60 columns")
            .Concat(ListView.Lines(rows, null, now, 60, Style.None)))
            .ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
        ListView.Lines([], null, now, 80, Style.None).ShouldBe(["no jobs"]);
    }

    [Fact]
    public void History_names_event_place_text_and_who()
    {
        var lines = Failed(new Story(Story.FixLogin)).Events.Select((happened, i) =>
            HistoryView.Line(new StoredEvent(i + 1, happened), int.MaxValue, Style.None));
        string.Join('\n', lines).ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
    }

    [Fact]
    public void Inspect_shows_every_attempt_with_its_evidence()
    {
        var story = Failed(new Story(Story.FixLogin));
        string.Join('\n', InspectView.Lines(story.State, Style.None)).ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
    }

    [Fact]
    public void Plain_progress_is_a_line_per_thing_that_matters()
    {
        var story = Failed(new Story(Story.FixLogin));
        var lines = story.Events.Select(happened => PlainProgress.Line(happened, story.State, Style.None)).Where(line => line is not null);
        string.Join('\n', lines).ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(20, 5)]
    [InlineData(200, 3)]
    public void A_live_frame_never_exceeds_the_screen(int width, int height)
    {
        var story = new Story(Wide(1000)).Start().Done("s0").Running("s500").Failed("s7", message: new string('x', 500));
        var frame = LiveFrame.Lines(story.State, story.Now, 3, (width, height), Style.None);
        frame.Count.ShouldBeLessThan(Math.Max(4, height));
        frame.ShouldAllBe(line => line.Length <= Math.Max(20, width - 1));
        frame.ShouldContain(line => line.Contains("s500", StringComparison.Ordinal));
    }

    [Fact]
    public void A_live_frame_shows_what_is_active_first_and_counts_the_rest()
    {
        var story = Planned().Schedule("lint").Running("test-linux");
        string.Join('\n', LiveFrame.Lines(story.State, story.Now, 0, (100, 24), Style.None).Append("--- 6 lines")
            .Concat(LiveFrame.Lines(story.State, story.Now, 1, (60, 6), Style.None))).ShouldMatchApproved(c =>
                c.NoDiff().SubFolder("Approved"));
    }

    [Fact]
    public void A_smaller_frame_clears_what_the_larger_one_left() =>
        LiveProgress.Redraw(["a", "b"], 5).ShouldBe("\u001b[5A\ra\u001b[K\nb\u001b[K\n\u001b[J");

    [Fact]
    public void Exit_codes_say_how_a_job_stands()
    {
        ExitCode.Of(new Story(Story.FixLogin).State).ShouldBe(8);
        ExitCode.Of(Failed(new Story(Story.FixLogin)).State).ShouldBe(3);
        ExitCode.Of(AtTheGate().State).ShouldBe(3);
        ExitCode.Of(Succeeded().State).ShouldBe(0);
    }

    private static WorkflowDefinition Wide(int count) =>
        new("wide", [.. Enumerable.Range(0, count).Select(i => new StepDefinition($"s{i}") { Run = new RunAction("true", null) })]);

    private static Story Started() => new Story(Story.FixLogin).Start();

    private static Story Planned() => Started().Done("plan", cost: 0.31m, agent: "claude").Done("implement", cost: 2.1m, agent: "claude");

    private static Story Owned(Story story) =>
        story.Tell(new JobEvent.OwnerAcquired(story.By(), 1, new Owner("logist job run", "here", 4711, "boot", 1)));

    private static Story Failed(Story story)
    {
        _ = story.Start().Done("plan", cost: 0.31m, agent: "claude", evidence: "docs/plan.md")
            .Done("implement", cost: 2.1m, agent: "claude").Done("lint");
        return story.Failed("test-linux", final: false).Failed("test-linux", 2, message: "2 tests \u001b[31mfailed\nin Login")
            .RunFinished("failed");
    }

    private static Story RetryWaits()
    {
        var story = Planned().Done("lint").Failed("test-linux", final: false);
        return story.Tell(new JobEvent.TaskRetryScheduled(story.By(), 1, "test-linux", story.Now.AddSeconds(52), 1));
    }

    private static Story AtTheGate()
    {
        var story = Planned().Done("lint").Done("test-linux").Done("review", agent: "gemini");
        return story.Tell(new JobEvent.ApprovalRequested(story.By(), 1, "merge", null, null, "Merge \u001b[31mnow?"));
    }

    private static Story Succeeded()
    {
        var story = AtTheGate();
        _ = story.Tell(new JobEvent.ApprovalApproved(story.By("ann"), 1, "merge", "fine", null)).Done("merge").RunFinished("success");
        return story.Tell(new JobEvent.JobRested(story.By(), new string('e', 40), null) { Head = new string('e', 40) });
    }
}
