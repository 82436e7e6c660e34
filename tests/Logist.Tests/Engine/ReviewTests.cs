using Logist.Core.Jobs;
using Logist.Processes;

namespace Logist.Tests.Engine;

/// <summary>R1.5: worker and supervisor go round until both agree.</summary>
public sealed class ReviewTests
{
    private static string Workflow(string coder, string boss, string step = "", string review = "") => $$"""
        agents:
          coder: { script: "{{coder}}" }
          boss: { script: "{{boss}}" }
        steps:
          work: { prompt: Write the notes., agent: coder, review: { agent: boss{{review}} }{{step}} }
        """;

    [Theory]
    [InlineData("COMPLETED", "COMPLETED", "SUCCESS", null, 1)]
    [InlineData("COMPLETED", "RETRY", "INTERVENTION_REQUIRED", "review_rounds", 2)]
    [InlineData("COMPLETED", "STUCK", "INTERVENTION_REQUIRED", "agent_stuck", 1)]
    [InlineData("STUCK", "COMPLETED", "INTERVENTION_REQUIRED", "agent_stuck", 1)]
    [InlineData("STUCK", "RETRY", "INTERVENTION_REQUIRED", "agent_stuck", 1)]
    [InlineData("STUCK", "STUCK", "INTERVENTION_REQUIRED", "agent_stuck", 1)]
    [InlineData("RETRY", "COMPLETED", "INTERVENTION_REQUIRED", "step_failed", 1)]
    [InlineData("RETRY", "RETRY", "INTERVENTION_REQUIRED", "step_failed", 1)]
    [InlineData("RETRY", "STUCK", "INTERVENTION_REQUIRED", "step_failed", 1)]
    public async Task Worker_and_supervisor_together_decide(string worker, string supervisor, string status, string? reason, int attempts)
    {
        await using var job = await JobInTest.CreateAsync(
            Workflow($@"write notes.md round {{round}}\nanswer {worker} w", $@"feedback finding {{round}}\nanswer {supervisor} s",
                review: ", rounds: 2"));

        var state = await job.RunAsync();

        (state.Status.Text(), state.Reason, state.Run!.Tasks[0].Attempts.Count).ShouldBe((status, reason, attempts));
        job.Events<JobEvent.TaskReviewFinished>().Count.ShouldBe(worker == "COMPLETED" ? attempts : 0,
            "only a completed result is reviewed");
        job.Told.Contains("REVIEWING").ShouldBe(worker == "COMPLETED");
    }

    [Fact]
    public async Task Feedback_reaches_the_workers_next_prompt_and_its_round_starts_from_the_tree_before()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            @"append notes.md round {round}",
                @"when round=1:\nfeedback mention the time limit\nanswer RETRY not yet\notherwise:\nanswer COMPLETED good"));

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        job.Show(job.Branch, "notes.md").ShouldBe("round 1\nround 2");
        job.Attempt("work", 1, "worker.prompt.md").ShouldContain("this is round 1 of at most 3");
        var second = job.Attempt("work", 2, "worker.prompt.md");
        second.ShouldContain("mention the time limit");
        second.ShouldContain("this is round 2 of at most 3");
        second.ShouldContain("Write the notes.");
        var review = job.Attempt("work", 2, "review.prompt.md");
        review.ShouldContain("mention the time limit");
        review.ShouldContain("This is review 2 of at most 3.");
        review.ShouldContain("notes.md | 1 +");
        job.Events<JobEvent.TaskScheduled>()[1].Kind.ShouldBe(AttemptKind.ReviewRound);
        job.Told.ShouldBe(["PENDING", "RUNNING", "REVIEW_REQUIRED", "REVIEWING", "RUNNING", "REVIEW_REQUIRED", "REVIEWING", "SUCCESS"]);
    }

    [Fact]
    public async Task A_round_of_one_chain_is_one_commit_on_the_branch()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            @"append notes.md round {round}", @"when round=1:\nanswer RETRY not yet\notherwise:\nanswer COMPLETED good"));
        await job.RunAsync();
        var scheduled = job.Events<JobEvent.TaskScheduled>();
        scheduled[1].Input.ShouldBe(job.Events<JobEvent.TaskWorkerFinished>()[0].Result.Commit);
        job.Git("log", "--format=%(trailers:key=Logist-Attempt,valueonly,separator=)", "--reverse", job.Branch).Split('\n')
            .ShouldContain("2");
    }

    [Fact]
    public async Task The_same_finding_twice_in_a_row_stops_the_loop()
    {
        await using var job = await JobInTest
            .CreateAsync(Workflow("write notes.md x", @"feedback The tests are missing.\nanswer RETRY no", review: ", rounds: 9"));
        var state = await job.RunAsync();
        (state.Status, state.Reason).ShouldBe((JobStatus.InterventionRequired, "review_rounds"));
        state.Run!.Tasks[0].Attempts.Count.ShouldBe(2);
        job.Phase("work").GetProperty("failure").GetProperty("message").GetString()
            .ShouldBe("the supervisor had the same finding twice: The tests are missing.");
    }

    [Fact]
    public async Task After_the_last_round_a_person_decides()
    {
        await using var job = await JobInTest
            .CreateAsync(Workflow("write notes.md {round}", @"feedback finding {round}\nanswer RETRY no", review: ", rounds: 3"));
        var state = await job.RunAsync();
        (state.Reason, state.Run!.Tasks[0].Attempts.Count).ShouldBe(("review_rounds", 3));
        job.Phase("work").GetProperty("failure").GetProperty("message").GetString().ShouldBe("no agreement after 3 rounds: finding 3");
    }

    [Fact]
    public async Task The_supervisors_changes_to_files_are_dropped()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            "write notes.md mine", @"write notes.md spoiled\nwrite extra.md x\nanswer COMPLETED fine"));
        await job.RunAsync();
        job.Files(job.Branch).ShouldBe(["README.md", "notes.md"]);
        job.Show(job.Branch, "notes.md").ShouldBe("mine");
        File.ReadAllText(job.InWorkspace("notes.md")).ShouldBe("mine\n");
        File.Exists(job.InWorkspace("extra.md")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_supervisor_is_another_agent_in_another_role()
    {
        await using var job = await JobInTest.CreateAsync(Workflow("write notes.md x", "answer COMPLETED fine"));
        var active = new List<string?>();
        job.Happened = (stored, _) =>
        {
            var manifest = job.Manifest();
            var said = $"{manifest.GetProperty("active_agent").GetString()} {manifest.GetProperty("active_role").GetString()}";
            if (stored.Event is JobEvent.TaskScheduled or JobEvent.TaskReviewStarted or JobEvent.TaskWorkerFinished
                or JobEvent.TaskSucceeded)
            {
                active.Add(said);
            }
        };
        await job.RunAsync();
        active.ShouldBe(["coder worker", " ", "boss supervisor", " "]);
        job.Events<JobEvent.TaskReviewStarted>().ShouldHaveSingleItem().Agent.ShouldBe("boss");
    }

    [Theory]
    [InlineData("exit 5")]
    [InlineData("no-answer")]
    [InlineData("crash KILL")]
    public async Task A_failing_reviewer_costs_a_review_only(string trouble)
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            @"write notes.md x\nrun echo w >> MARKS/works",
            $@"run echo r >> MARKS/reviews\nrun test $(wc -l < MARKS/reviews) -gt 1 && touch MARKS/second || true\n"
                + $@"run test -e MARKS/second || touch MARKS/first\n{trouble}",
            step: ", retry: { max_attempts: 3, backoff: { initial: 10ms } }"));
        var state = await job.RunAsync();
        (state.Status, state.Run!.Tasks[0].Attempts.Count).ShouldBe((JobStatus.InterventionRequired, 1));
        File.ReadAllLines(job.Mark("works")).Length.ShouldBe(1, "the worker's result is safe");
        File.ReadAllLines(job.Mark("reviews")).Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_reviewer_that_recovers_accepts_the_first_result()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            @"write notes.md x\nrun echo w >> MARKS/works",
            @"run test -e MARKS/tried || { touch MARKS/tried; exit 9; }\nanswer COMPLETED fine",
            step: ", retry: { max_attempts: 2, backoff: { initial: 10ms } }"));
        var state = await job.RunAsync();
        (state.Status, state.Run!.Tasks[0].Attempts.Count).ShouldBe((JobStatus.Success, 1));
        File.ReadAllLines(job.Mark("works")).Length.ShouldBe(1);

        // A new owner asks the host by these names: the exit of the first review must not be taken for that of the second.
        var step = state.Run.Workflow.Steps[0].Id;
        HostLog.Read(job.Layout).Keys.Where(key => key.Contains("/review", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe([$"1.{step}.1/review", $"1.{step}.1/review2"]);
    }

    [Fact]
    public async Task A_job_interrupted_in_REVIEWING_does_only_the_review_again()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            @"write notes.md x\nrun echo w >> MARKS/works",
            @"run echo r >> MARKS/reviews; touch MARKS/reviewing; test -e MARKS/go || sleep 1000\nanswer COMPLETED fine"));
        var run = job.RunAsync();
        await job.AwaitMarkAsync("reviewing");
        await job.InterruptAsync();
        (await run).Status.ShouldBe(JobStatus.ReviewRequired);
        job.Put("go");

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        File.ReadAllLines(job.Mark("works")).Length.ShouldBe(1);
        File.ReadAllLines(job.Mark("reviews")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Checks_run_before_the_review_and_what_they_leave_is_no_part_of_the_result()
    {
        await using var job = await JobInTest.CreateAsync(Workflow(
            "write notes.md x", @"run test ! -e left.txt\nanswer COMPLETED fine",
            step: ", checks: [echo junk > left.txt; echo checked >> MARKS/order]"));
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);
        File.ReadAllLines(job.Mark("order")).ShouldHaveSingleItem();
        job.Files(job.Branch).ShouldBe(["README.md", "notes.md"]);
        File.Exists(job.InWorkspace("left.txt")).ShouldBeFalse();
    }
}
