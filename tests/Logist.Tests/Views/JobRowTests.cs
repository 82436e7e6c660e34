using System.Text;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Tests.Cli;
using Logist.Tests.Stores;
using Logist.Views;

namespace Logist.Tests.Views;

/// <summary>What lists tell of a job, from the beginning of its manifest.</summary>
public sealed class JobRowTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public JobRowTests() => Directory.CreateDirectory(_folder.Layout.Directory);

    private JobId Id => JobId.Parse(_folder.Layout.JobName());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_tells_what_the_manifest_of_the_job_says_at_its_beginning()
    {
        var story = new Story(Story.FixLogin, budget: 5m).Start().Done("plan", cost: 0.25m).Done("implement", cost: 1m)
            .Failed("lint").Running("test-linux");
        Save(story.State);

        var row = JobRow.Of(_folder.Store.Heads([Id])[0]);

        (row.JobId, row.Status, row.CurrentPhase, row.StepsDone, row.StepsTotal).ShouldBe(("fix-login", "RUNNING", "test-linux", 2, 6));
        (row.CostUsd, row.BudgetUsd, row.RunId, row.PhaseStrip).ShouldBe((1.25m, 5m, "fix-login.1", "SSFRCC"));
        (row.CreatedAt, row.UpdatedAt).ShouldBe((Story.Begin, story.State.UpdatedAt));
        row.PhaseCounts["SUCCESS"].ShouldBe(2);
    }

    [Fact]
    public void Every_state_of_a_step_has_its_letter()
    {
        var story = new Story(Story.FixLogin).Start().Done("plan").Schedule("implement");
        story.Tell(new JobEvent.TaskInterrupted(story.By(), 1, "implement", 1, null));
        Strip(story).ShouldBe("SCCCCC");
        story.Tell(new JobEvent.TaskWaiting(story.By(), 1, "implement", story.Now, "limit"));
        Strip(story).ShouldBe("SWCCCC");
        story.Done("implement", 2).Schedule("lint").Tell(new JobEvent.TaskCanceled(story.By(), 1, "lint", 1, null));
        story.Tell(new JobEvent.TaskSkipped(story.By(), 1, "test-linux"));
        story.Tell(new JobEvent.ApprovalRequested(story.By(), 1, "merge", null, null, null));
        Strip(story).ShouldBe("SSXSCA");
    }

    [Fact]
    public void A_job_of_many_steps_has_no_strip()
    {
        Strip(new Story(Steps(60))).ShouldBe(new string('C', 60));
        Strip(new Story(Steps(61))).ShouldBeNull();
    }

    [Fact]
    public void A_damaged_job_is_a_row_too()
    {
        File.WriteAllText(_folder.Layout.Manifest, "");
        var row = JobRow.Of(_folder.Store.Heads([Id])[0]);
        row.Status.ShouldBe("DAMAGED");
        row.WaitingOn!.ShouldContain("logist job recover fix-login");
        Json(row).GetProperty("reason").GetString().ShouldBe(row.WaitingOn);
    }

    [Fact]
    public void A_row_of_an_earlier_version_lacks_only_what_that_did_not_tell()
    {
        ManifestFile.Save(_folder.Layout, Testing.StoreSamples.Manifest(new JournalPosition(0, 0, 0)));
        var json = Json(JobRow.Of(_folder.Store.Heads([Id])[0]));
        (json.GetProperty("status").GetString(), json.GetProperty("steps_total").GetInt32()).ShouldBe(("PENDING", 3));
        foreach (var name in (string[])["run_id", "phase_strip", "created_at", "budget_usd"])
        {
            json.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);
        }
    }

    private string? Strip(Story story)
    {
        Save(story.State);
        return JobRow.Of(_folder.Store.Heads([Id])[0]).PhaseStrip;
    }

    private void Save(JobState job) => _ = ManifestFile.Save(_folder.Layout, ManifestDocument.Render(job, [], 0, _folder.Layout));

    private static JsonElement Json(JobRow row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            row.Write(json);
        }

        return JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement;
    }

    private static WorkflowDefinition Steps(int count) =>
        new("wide", [.. Enumerable.Range(0, count).Select(i => new StepDefinition($"s{i}") { Run = new RunAction("true", null) })]);
}
