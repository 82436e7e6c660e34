using Logist.Core.Jobs;
using Logist.Engine;

namespace Logist.Tests.Engine;

/// <summary>
/// Sessions of agents through rounds, repairs, interruptions and limits. The program is a shell script that prints what claude prints;
/// <c>$SESSION</c> in it is what it was asked to resume, <c>say</c> ends with a message, <c>call</c> counts.
/// </summary>
public sealed class SessionTests
{
    private const string Completed = """{\"action\":\"COMPLETED\",\"evidence_files\":[],\"summary_for_supervisor\":\"done\"}""";

    private const string Claude = """
        #!/bin/sh
        SESSION= ; MODEL=
        while [ $# -gt 0 ]; do case "$1" in --resume) SESSION=$2; shift;; --model) MODEL=$2; shift;; esac; shift; done
        echo "${SESSION:-fresh} $(pwd)" >> MARKS/calls
        COUNT=$(wc -l < MARKS/calls)
        ID=${SESSION:-s$COUNT}
        begin() { printf '{"type":"system","subtype":"init","session_id":"%s","model":"claude-x","claude_code_version":"9.9"}\n' "$ID"; }
        work() { printf '{"type":"assistant","message":{"id":"m1","content":[{"type":"text","text":"working"}]}}\n'; }
        say() {
          printf '{"type":"result","subtype":"success","is_error":false,"result":"%s","session_id":"%s","total_cost_usd":0.25' "$1" "$ID"
          printf ',"usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":2}}\n'
        }
        fail() {
          printf '{"type":"result","subtype":"success","is_error":true,"api_error_status":%s,"result":"%s"' "$1" "$2"
          printf ',"session_id":"%s"}\n' "$ID"; exit 1
        }

        """;

    private const string Boss = """
          boss:
            script: |
              when round=1:
                feedback Add the second line.
                answer RETRY more
              otherwise:
                answer COMPLETED fine
        """;

    [Fact]
    public async Task A_round_goes_on_in_the_session_and_the_directory_of_the_round_before()
    {
        await using var job = await CreateAsync($"begin; work; echo line >> notes.md; say '{Completed}'", "review: { agent: boss }");

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        Calls(job).ShouldBe([$"fresh {job.Layout.Workspace}", $"s1 {job.Layout.Workspace}"]);
        job.Show(job.Branch, "notes.md").ShouldBe("line\nline");
        job.Events<JobEvent.TaskScheduled>().Select(e => e.Session).ShouldBe([null, "s1"]);
        job.Attempt("work", 2, "worker.prompt.md").ShouldContain("Add the second line.");
    }

    [Fact]
    public async Task An_answer_that_cannot_be_used_is_asked_for_once_more_in_the_same_attempt()
    {
        await using var job = await CreateAsync(
            $"begin; work; if [ -z \"$SESSION\" ]; then echo x > notes.md; say 'All done!'; else say '{Completed}'; fi");

        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.Success);
        Calls(job).Select(call => call.Split(' ')[0]).ShouldBe(["fresh", "s1"]);
        var result = state.Run!.Tasks[0].Attempts.ShouldHaveSingleItem().Result!;
        (result.Provider, result.Model, result.Version, result.Session).ShouldBe(("claude", "claude-x", "9.9", "s1"));
        result.Usage.ShouldBe(new Usage(30, 10, 4, 0.5m), "both turns are paid for");
        result.PromptHash.ShouldStartWith("sha256:");
        job.Attempt("work", 1, "worker2.prompt.md").ShouldContain("the agent ended without an answer");
        job.Show(job.Branch, "notes.md").ShouldBe("x");
    }

    [Fact]
    public async Task A_second_answer_that_cannot_be_used_is_a_failure()
    {
        await using var job = await CreateAsync("begin; work; say 'All done!'");
        var state = await job.RunAsync();
        (state.Status, Calls(job).Length).ShouldBe((JobStatus.InterventionRequired, 2));
        var attempt = state.Run!.Tasks[0].Attempts.ShouldHaveSingleItem();
        (attempt.Failure!.Category, attempt.CostUsd).ShouldBe((FailureCategory.InvalidResponse, 0.5m));
    }

    [Fact]
    public async Task A_repair_whose_session_is_gone_leaves_the_failure_what_it_was()
    {
        await using var job = await CreateAsync("""
            if [ -n "$SESSION" ]; then fail 400 "No conversation found with session ID: $SESSION"; fi
            begin; work; say 'All done!'
            """);
        var state = await job.RunAsync();
        (Calls(job).Length, state.Run!.Tasks[0].Failure!.Category).ShouldBe((2, FailureCategory.InvalidResponse));
    }

    [Fact]
    public async Task A_session_that_is_gone_costs_a_fresh_one_not_an_attempt()
    {
        await using var job = await CreateAsync($$"""
            if [ -n "$SESSION" ]; then fail 400 "No conversation found with session ID: $SESSION"; fi
            begin; work; echo line >> notes.md; say '{{Completed}}'
            """, "review: { agent: boss }");

        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.Success);
        Calls(job).Select(call => call.Split(' ')[0]).ShouldBe(["fresh", "s1", "fresh"]);
        state.Run!.Tasks[0].Attempts.Select(a => a.Result!.Session).ShouldBe(["s1", "s3"]);
        job.Attempt("work", 2, "worker2.prompt.md").ShouldBe(job.Attempt("work", 2, "worker.prompt.md"));
    }

    [Fact]
    public async Task An_interrupted_session_goes_on_in_the_tree_that_it_left()
    {
        await using var job = await CreateAsync($$"""
            begin; work
            if [ -z "$SESSION" ]; then echo half > notes.md; touch MARKS/started; while :; do sleep 0.05; done; fi
            echo whole >> notes.md; say '{{Completed}}'
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.InterruptAsync();
        (await run).Status.ShouldBe(JobStatus.Pending);

        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success);

        Calls(job).ShouldBe([$"fresh {job.Layout.Workspace}", $"s1 {job.Layout.Workspace}"]);
        job.Show(job.Branch, "notes.md").ShouldBe("half\nwhole");
        job.Events<JobEvent.TaskScheduled>()[1].ShouldSatisfyAllConditions(e => e.Kind.ShouldBe(AttemptKind.Recovery), e =>
            e.Session.ShouldBe("s1"));
    }

    [Fact]
    public async Task A_repair_that_an_owner_left_alive_is_adopted_and_not_asked_for_again()
    {
        await using var job = await CreateAsync($$"""
            begin; work
            if [ -z "$SESSION" ]; then say 'All done!'; exit; fi
            touch MARKS/repairing; until test -e MARKS/go; do sleep 0.02; done
            say '{{Completed}}'
            """);
        var run = job.RunAsync();
        await job.AwaitMarkAsync("repairing");
        await job.DetachAsync();
        await run;
        job.End.ShouldBe(RunEnd.Detached);
        job.Put("go");

        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.Success);
        Calls(job).Length.ShouldBe(2);
        state.Run!.Tasks[0].Attempts.ShouldHaveSingleItem().CostUsd.ShouldBe(0.5m, "what the first turn cost is not forgotten");
    }

    [Fact]
    public async Task A_rate_limit_is_waited_for_and_the_session_goes_on()
    {
        await using var job = await CreateAsync($$$"""
            begin; work
            if [ -z "$SESSION" ]; then
              echo half > notes.md
              printf '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":%s}}\n' $(($(date +%s) + 2))
              fail 429 'You have hit your limit'
            fi
            echo whole >> notes.md; say '{{{Completed}}}'
            """);

        var state = await job.RunAsync();

        state.Status.ShouldBe(JobStatus.Success);
        Calls(job).Select(call => call.Split(' ')[0]).ShouldBe(["fresh", "s1"]);
        job.Events<JobEvent.TaskWaiting>().ShouldHaveSingleItem();
        job.Show(job.Branch, "notes.md").ShouldBe("half\nwhole");
        state.Run!.Tasks[0].Failures.ShouldBe(0);
    }

    [Fact]
    public async Task An_agent_without_a_login_hands_over_to_the_fallback()
    {
        await using var job = await CreateAsync("begin; fail 401 'Please run /login'", "fallback: [helper], model: opus");
        var state = await job.RunAsync();
        state.Status.ShouldBe(JobStatus.Success);
        state.Run!.Tasks[0].Attempts.Select(a => (a.Agent, a.Model, a.Failure?.Category))
            .ShouldBe([("coder", "opus", FailureCategory.Auth), ("helper", null, null)]);
    }

    [Fact]
    public async Task A_restep_begins_a_fresh_session_in_the_original_tree()
    {
        await using var job = await CreateAsync($"begin; work; echo line >> notes.md; say '{Completed}'");
        await job.RunAsync();
        (await job.RestepAsync("work")).Status.ShouldBe(JobStatus.Success);
        Calls(job).Select(call => call.Split(' ')[0]).ShouldBe(["fresh", "fresh"]);
        job.Show(job.Branch, "notes.md").ShouldBe("line");
    }

    private static string[] Calls(JobInTest job) => File.ReadAllLines(job.Mark("calls"));

    private static async Task<JobInTest> CreateAsync(string script, string step = "")
    {
        var made = await JobInTest.CreateAsync($$"""
            agents:
              coder: { provider: claude, command: [/bin/sh, MARKS/claude.sh] }
              helper: { script: "write notes.md helped" }
            {{Boss}}
            steps: { work: { prompt: Write the notes., agent: coder{{(step.Length == 0 ? "" : $", {step}")}} } }
            """);
        await File.WriteAllTextAsync(made.Mark("claude.sh"),
            (Claude + script + "\n").Replace("MARKS", made.Marks, StringComparison.Ordinal));
        return made;
    }
}
