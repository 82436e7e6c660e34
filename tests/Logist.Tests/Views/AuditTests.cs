using System.Text;
using System.Text.Json;
using Logist.Cli.Output;
using Logist.Cli.Views;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Tests.Cli;
using Logist.Tests.Stores;
using Logist.Views;

namespace Logist.Tests.Views;

/// <summary>What people asked for, over all jobs.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_request_is_told_once_and_what_logist_does_by_itself_never()
    {
        var story = Asked();
        story.Events.Where(AuditEntry.IsRequest).Select(EventJson.NameOf).ShouldBe(["job.created", "task.cancel_requested",
            "workflow_run.partial_rerun_requested", "workflow_run.dispatch_held", "workflow_run.dispatch_released",
            "workflow_run.created"]);
        AuditEntry.IsRequest(new JobEvent.ApprovalApproved(new Stamp(Story.Begin, "ann"), 1, "merge", null, "tree")).ShouldBeFalse();
        AuditEntry.IsRequest(new JobEvent.ApprovalApproved(new Stamp(Story.Begin, "ann", "c-1"), 1, "merge", null, "tree")).ShouldBeTrue();
    }

    [Fact]
    public void A_list_tells_who_asked_for_what_where_and_why() => string.Join('\n', AuditView.Lines(
        [.. Asked().Events.Select((happened, i) => new AuditEntry("fix-login", new StoredEvent(i + 1, happened)))
            .Where(entry => AuditEntry.IsRequest(entry.Stored.Event)).Reverse()], 110, Style.None))
        .ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));

    [Fact]
    public void An_entry_has_every_member_that_programs_rely_on()
    {
        var happened = Asked().Events.OfType<JobEvent.TaskCancelRequested>().Single();
        var json = Json(new AuditEntry("fix-login", new StoredEvent(7, happened)));
        json.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "at", "actor", "action", "job_id", "run_id", "task_id",
            "reason", "text", "plan_hash", "payload"]);
        (json.GetProperty("id").GetString(), json.GetProperty("actor").GetString(), json.GetProperty("action").GetString())
            .ShouldBe(("fix-login.7", "bob", "task.cancel_requested"));
        (json.GetProperty("run_id").GetString(), json.GetProperty("task_id").GetString(), json.GetProperty("reason").GetString())
            .ShouldBe(("fix-login.1", "fix-login.1.plan", "wrong\u001b input"));
        json.GetProperty("payload").GetProperty("attempt").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task All_jobs_are_listed_newest_first_and_a_damaged_one_is_told_of()
    {
        foreach (var (name, minute) in ((string, int)[])[("one", 1), ("two", 3), ("bad", 2)])
        {
            var by = new Stamp(Story.Begin.AddMinutes(minute), "ann", $"c-{name}");
            await _folder.Store.AppendAsync(JobId.Parse(name), 0, [new JobEvent.JobCreated(by, name),
                new JobEvent.RunCreated(by, 1, "run", "sha") { Workflow = Testing.StoreSamples.Workflow }], null, StoreFolder.Ct);
        }

        await _folder.Store.AppendAsync(JobId.Parse("one"), 2,
            [new JobEvent.JobSuspended(new Stamp(Story.Begin.AddMinutes(9), "bob", "c-9"), Now: false, "lunch")], null, StoreFolder.Ct);
        var journal = _folder.Store.LayoutOf(JobId.Parse("bad")).Journal;
        var bytes = await File.ReadAllBytesAsync(journal, StoreFolder.Ct);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes, StoreFolder.Ct);

        Read(null).ShouldBe(["bob one.3 job.suspended", "ann two.1 job.created", "ann one.1 job.created", "damaged"]);
        Read(Story.Begin.AddMinutes(3)).ShouldBe(["bob one.3 job.suspended", "ann two.1 job.created", "damaged"]);
        Read(DateTimeOffset.MaxValue).ShouldBeEmpty();

        List<string> Read(DateTimeOffset? since)
        {
            var damaged = new List<string>();
            var entries = AuditEntry.Read(_folder.Open(), ((string[])["bad", "one", "two"]).Select(JobId.Parse), since,
                e => damaged.Add("damaged"));
            return [.. entries.Select(entry => $"{entry.Actor} {entry.Id} {entry.Action}"), .. damaged];
        }
    }

    private static Story Asked()
    {
        var story = new Story(Story.FixLogin).Start().Running("plan");
        story.Tell(new JobEvent.TaskCancelRequested(story.By("bob"), 1, "plan", 1, "wrong\u001b input"))
            .Tell(new JobEvent.TaskCanceled(story.By("bob"), 1, "plan", 1, null) { Reason = "wrong input" }).RunFinished("failed")
            .Tell(new JobEvent.RunPartialRerunRequested(story.By("ann"), 1, ["plan"], [], "disk fixed") { PlanHash = "sha256:0123" })
            .Tell(new JobEvent.TaskPartialRerunReset(story.By("ann"), 1, "plan", "canceled", "disk fixed"))
            .Tell(new JobEvent.RunDispatchHeld(story.By("ann"), 1, "disk fixed"))
            .Tell(new JobEvent.RunDispatchReleased(story.By("carol"), 1));
        return story.Rerun("plan", "once more");
    }

    private static JsonElement Json(AuditEntry entry)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            entry.Write(json, withPayload: true);
        }

        return JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement;
    }
}
