using System.Diagnostics;
using Logist.Agents;
using Logist.Agents.Streams;
using Logist.Core.Jobs;
using Logist.StepHost;

namespace Logist.Tests.Agents.Acp;

public class AcpClientTests
{
    private static AgentError? Error(List<AgentEvent> events) => events[^1].ShouldBeOfType<AgentEvent.Final>().Error;

    [Fact]
    public void A_turn_becomes_events_and_its_last_message_is_whole()
    {
        using var place = new AcpPlace();
        var (events, exit) = place.Run(["plain"]);

        exit.ShouldBe(0, place.Log);
        events[0].ShouldBe(new AgentEvent.Session("ses_1", null, "fake-agent 1.2.3"));
        events.OfType<AgentEvent.Tool>().ShouldBe([
            new AgentEvent.Tool("t1", "edit", "Preparing", ToolState.Started),
            new AgentEvent.Tool("t1", "edit", "Write a.txt", ToolState.Done)]);
        AcpPlace.LastMessage(events).ShouldBe("Warning: no metadata. "
            + """{"action":"COMPLETED","evidence_files":[],"summary_for_supervisor":"initialize, session/new, session/prompt"}""");
        events[^1].ShouldBe(new AgentEvent.Final(null, null));
        AcpPlace.Spent(events).ShouldBe(new Usage(1200, 200, 80, 0.75m) { TokensReasoning = 10 });
    }

    [Theory]
    [InlineData("exceeded retry limit, last status: 429 Too Many Requests\n\n", FailureCategory.RateLimited)]
    [InlineData("unexpected status 500 Internal Server Error: oops", FailureCategory.AgentError)]
    public void A_failure_that_an_agent_only_says_is_one_all_the_same(string said, string category)
    {
        using var place = new AcpPlace();
        place.Judge(["only-says", said]).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category.ShouldBe(category);
    }

    [Fact]
    public void What_requests_cost_one_by_one_is_added_up()
    {
        using var place = new AcpPlace();
        AcpPlace.Spent(place.Run(["per-call"]).Events).ShouldBe(new Usage(2200, 200, 130, 0.75m) { TokensReasoning = 10 });
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("opencode")]
    public void Tokens_that_an_agent_does_not_tell_or_tells_of_a_part_only_stay_unknown(string agent)
    {
        using var place = new AcpPlace();
        AcpPlace.Spent(place.Run([agent]).Events).ShouldBe(new Usage(null, null, null, 0.75m));
    }

    [Fact]
    public void The_full_access_mode_and_the_model_are_set_by_request()
    {
        using var place = new AcpPlace();
        var (events, _) = place.Run(["modes"], model: "large");

        AcpPlace.LastMessage(events).ShouldContain("session/new, model=large, mode=yolo, session/prompt");
        events[0].ShouldBe(new AgentEvent.Session("ses_1", "large", "fake-agent 1.2.3"));
    }

    [Fact]
    public void Modes_and_models_that_are_options_are_set_as_such()
    {
        using var place = new AcpPlace();
        AcpPlace.LastMessage(place.Run(["options"], model: "large").Events)
            .ShouldContain("session/new, model=large, mode=build, session/prompt");
    }

    [Fact]
    public void A_model_that_the_agent_cannot_be_told_is_warned_of()
    {
        using var place = new AcpPlace();
        place.Run(["plain"], model: "large").Events.ShouldContain(e => e is AgentEvent.Warning);
    }

    [Fact]
    public void A_resumed_session_keeps_its_id_and_history_is_no_answer()
    {
        using var place = new AcpPlace();
        foreach (var oddity in (string[])["resume", "load"])
        {
            var (events, exit) = place.Run([oddity], session: "ses_7");

            exit.ShouldBe(0, place.Log);
            events[0].ShouldBe(new AgentEvent.Session("ses_7", null, "fake-agent 1.2.3"));
            place.Log.ShouldNotContain("last words");
            AcpPlace.LastMessage(events).ShouldContain($"session/{oddity}, session/prompt");
            AcpPlace.Spent(events, before: new Usage(null, null, null, 0.5m))!.CostUsd.ShouldBe(0.25m);
        }
    }

    [Fact]
    public void A_session_that_is_gone_is_said_to_be_lost()
    {
        using var place = new AcpPlace();
        Error(place.Run(["lost"], session: "ses_7").Events)!.ShouldBe(new AgentError(
            "session ses_7 cannot be resumed: Invalid params: no rollout found for ses_7", null, "session_lost"));
        Error(place.Run(["forgetful"], session: "ses_7").Events)!.Kind.ShouldBe("session_lost");
    }

    [Fact]
    public void A_session_that_cannot_be_resumed_later_has_no_id()
    {
        using var place = new AcpPlace();
        place.Run(["forgetful"]).Events[0].ShouldBe(new AgentEvent.Session(null, null, "fake-agent 1.2.3"));
    }

    [Fact]
    public void Private_requests_are_refused_and_private_news_is_ignored()
    {
        using var place = new AcpPlace();
        AcpPlace.LastMessage(place.Run(["private"]).Events).ShouldContain("-32601 method not found");
    }

    [Fact]
    public void Lines_that_are_no_messages_become_warnings()
    {
        using var place = new AcpPlace();
        var (events, exit) = place.Run(["garbage"]);

        exit.ShouldBe(0);
        events.OfType<AgentEvent.Warning>().Count().ShouldBe(3);
    }

    [Fact]
    public void A_line_may_be_longer_than_any_buffer()
    {
        using var place = new AcpPlace();
        place.Run(["giant"]).Exit.ShouldBe(0);
    }

    [Fact]
    public void A_prompt_may_be_longer_than_a_pipe_holds()
    {
        using var place = new AcpPlace();
        place.Run(["plain"], prompt: new string('p', 300_000)).Exit.ShouldBe(0);
    }

    [Fact]
    public void A_good_turn_is_an_answer_that_can_be_gone_on_with()
    {
        using var place = new AcpPlace();
        var outcome = place.Judge(["plain"]).ShouldBeOfType<AgentOutcome.Answered>();

        outcome.Answer.Summary.ShouldBe("initialize, session/new, session/prompt");
        outcome.Session.ShouldBe("ses_1");
        outcome.Version.ShouldBe("fake-agent 1.2.3");
        outcome.Usage.ShouldBe(new Usage(1200, 200, 80, 0.75m) { TokensReasoning = 10 });
    }

    [Theory]
    [InlineData(FailureCategory.Auth, "error", "401", "API key not valid")]
    [InlineData(FailureCategory.Auth, "error", "-32603", "Internal error: fake invalid API key")]
    [InlineData(FailureCategory.Auth, "error", "-32603", "Internal error", "401 fake invalid API key")]
    [InlineData(FailureCategory.Auth, "login")]
    [InlineData(FailureCategory.RateLimited, "error", "429", "Resource exhausted, please retry in 57s")]
    [InlineData(FailureCategory.RateLimited, "error", "-32603", "Internal error: rate limit exceeded")]
    [InlineData(FailureCategory.AgentError, "error", "500", "fake server error")]
    [InlineData(FailureCategory.AgentError, "crash")]
    [InlineData(FailureCategory.AgentError, "stopped", "refusal")]
    public void What_went_wrong_has_its_category_whichever_way_it_was_said(string category, params string[] fake)
    {
        using var place = new AcpPlace();
        var failure = place.Judge(fake).ShouldBeOfType<AgentOutcome.Failed>().Failure;

        failure.Category.ShouldBe(category, failure.Message);
        failure.Hint.ShouldNotBeNullOrEmpty();
        (failure.RetryAt is not null).ShouldBe(fake.Contains("Resource exhausted, please retry in 57s"));
    }

    [Fact]
    public void A_lost_session_is_judged_as_such()
    {
        using var place = new AcpPlace();
        foreach (var oddity in (string[])["lost", "forgetful"])
        {
            var outcome = place.Judge([oddity], session: "ses_7").ShouldBeOfType<AgentOutcome.Failed>();
            outcome.SessionLost.ShouldBeTrue();
            outcome.Session.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("401", "API key not valid", null, 401, null)]
    [InlineData("429", "Resource exhausted, please retry in 57s", null, 429, null)]
    [InlineData("-32000", "Authentication required", null, null, "auth")]
    [InlineData("-32603", "Internal error: fake invalid API key", null, null, null)]
    [InlineData("-32603", "Internal error", "401 invalid key", null, null)]
    public void An_error_answer_ends_the_call_with_its_words(string code, string message, string? details, int? status, string? kind)
    {
        using var place = new AcpPlace();
        var (events, exit) = place.Run(details is null ? ["error", code, message] : ["error", code, message, details]);

        exit.ShouldBe(1);
        var error = Error(events).ShouldNotBeNull();
        (error.Message, error.Status, error.Kind).ShouldBe((details is null ? message : $"{message}: {details}", status, kind));
    }

    [Fact]
    public void An_agent_that_wants_a_login_first_is_an_error_of_that_kind()
    {
        using var place = new AcpPlace();
        Error(place.Run(["login"]).Events)!.Kind.ShouldBe("auth");
    }

    [Theory]
    [InlineData("refusal")]
    [InlineData("max_turn_requests")]
    [InlineData("max_tokens")]
    public void A_turn_that_ended_otherwise_is_no_success(string reason)
    {
        using var place = new AcpPlace();
        Error(place.Run(["stopped", reason]).Events)!.Kind.ShouldBe(reason);
    }

    [Fact]
    public void An_agent_that_dies_is_told_with_its_exit_code()
    {
        using var place = new AcpPlace();
        var (events, exit) = place.Run(["crash"]);

        exit.ShouldBe(1);
        Error(events).ShouldBe(new AgentError("the agent program ended during session/prompt (exit code 3)", null, "crashed"));
        place.Log.ShouldContain("panic: out of luck");
    }

    [Fact]
    public void A_program_that_does_not_speak_the_protocol_is_told_as_such()
    {
        using var place = new AcpPlace();
        var (events, _) = place.Run(["mute"]);

        Error(events)!.Message.ShouldBe("the agent program ended during initialize (exit code 2)");
        events.OfType<AgentEvent.Warning>().Single().Message.ShouldContain("Usage: other-program");
        Error(place.Run(["newer"]).Events)!.Message.ShouldContain("version 2");
    }

    [Fact]
    public void A_program_that_is_not_there_is_a_missing_tool()
    {
        using var place = new AcpPlace();
        var outcome = place.Judge([], command: ["no-such-agent", "--acp"]).ShouldBeOfType<AgentOutcome.Failed>();

        outcome.Failure.Category.ShouldBe(FailureCategory.MissingTool);
        outcome.Failure.Message.ShouldContain("no-such-agent");
        outcome.Failure.Hint.ShouldBe("install no-such-agent, or correct the agent's command: in the workflow");
    }

    [Theory]
    [InlineData("sleep")]
    [InlineData("deaf")]
    public void A_stop_cancels_the_turn_and_ends_the_agent(string oddity)
    {
        using var place = new AcpPlace();
        using var process = place.Start([oddity]);
        var mark = Path.Combine(place.Workspace, "tool.pid");
        AgentPlace.Until(() => place.Events().Any(e => e is AgentEvent.Tool));
        var tool = int.Parse(File.ReadAllText(mark));
        var agent = ProcessTable.Scan().Values.Single(p => p.Parent == process.Id);
        var asked = Stopwatch.GetTimestamp();
        Send(process.Id, Native.SIGTERM);
        process.WaitForExit(TimeSpan.FromSeconds(20)).ShouldBeTrue();

        // The step host kills everything after five seconds.
        Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(4.9));
        place.Events()[^1].ShouldBeOfType<AgentEvent.Warning>().Message.ShouldStartWith("stopped by a signal: ");
        place.Ended(process.ExitCode, EndReason.Timeout).ShouldBeOfType<AgentOutcome.Failed>().Failure.Category
            .ShouldBe(FailureCategory.Timeout);
        (ProcessTable.TryRead(agent.Pid, out var left) && left.IsAlive && left.StartTime == agent.StartTime).ShouldBeFalse();
        if (oddity == "sleep")
        {
            AgentPlace.Until(() => !ProcessTable.TryRead(tool, out var there) || !there.IsAlive);
        }
        else
        {
            // What the step host sweeps by the attempt's mark.
            Send(tool, Native.SIGKILL);
        }
    }

    private static void Send(int pid, int signal)
    {
        ProcessTable.TryRead(pid, out var process).ShouldBeTrue();
        Native.Signal(pid, process.StartTime, signal).ShouldBeTrue();
    }
}
