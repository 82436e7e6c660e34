using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Tests.Cli;
using Logist.Views;

namespace Logist.Tests.Views;

public sealed class StatusDocumentTests
{
    private static readonly JobLayout Layout = new("/jobs/fix-login");

    [Fact]
    public void Every_step_is_listed_with_its_task_and_why_it_waits()
    {
        var story = new Story(Story.FixLogin).Start().Done("plan").Running("implement");
        var at = story.Now.AddMinutes(1);
        story.Tell(new JobEvent.TaskWaiting(story.By(), 1, "implement", at, "rate limit"));

        var document = Render(story.State, story.Now);

        var phases = document.GetProperty("phases").EnumerateArray().ToDictionary(phase => phase.GetProperty("name").GetString()!);
        phases["plan"].GetProperty("task_id").GetString().ShouldBe("fix-login.1.plan");
        phases["plan"].GetProperty("because").ValueKind.ShouldBe(JsonValueKind.Null);
        phases["implement"].GetProperty("because").GetString()!.ShouldContain("rate limit");
        phases["implement"].GetProperty("wait_until").GetDateTimeOffset().ShouldBe(at);
        phases["lint"].GetProperty("because").GetString().ShouldBe("after implement");
        phases.Values.Select(phase => phase.GetProperty("kind").GetString())
            .ShouldBe(["agent", "agent", "command", "command", "agent", "gate"]);
        document.GetProperty("live").GetProperty("blocked").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public void A_wide_job_is_shortened_only_where_that_was_asked_for()
    {
        var story = new Story(new WorkflowDefinition("wide",
            [.. Enumerable.Range(0, 600).Select(i => new StepDefinition($"s{i}") { Run = new RunAction("true", null) })]));
        Render(story.State, story.Now).GetProperty("phases").GetArrayLength().ShouldBe(600);
        var shortened = Render(story.State, story.Now, allPhases: false);
        shortened.GetProperty("phases").GetArrayLength().ShouldBe(0);
        shortened.GetProperty("phases_omitted").GetInt32().ShouldBe(600);
        shortened.TryGetProperty("live", out _).ShouldBeTrue();
    }

    [Fact]
    public void Others_can_add_members_of_their_own() =>
        JsonDocument.Parse(StatusDocument.Render(new Story(Story.FixLogin).State, [], 0, Layout, new StatusFacts(Story.Begin, "/w"),
            more: json => json.WriteString("etag", "\"7\""))).RootElement.GetProperty("etag").GetString().ShouldBe("\"7\"");

    private static JsonElement Render(JobState job, DateTimeOffset now, bool allPhases = true) =>
        JsonDocument.Parse(StatusDocument.Render(job, [], 0, Layout, new StatusFacts(now, Layout.Workspace), allPhases)).RootElement;
}
