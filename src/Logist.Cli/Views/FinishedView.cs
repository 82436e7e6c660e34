using System.Text.Json;
using Logist.Core.Jobs;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Views;

/// <summary>What <see cref="StatusView"/> and <see cref="StatusDocument"/> say of a job in SUCCESS, from its manifest.</summary>
internal static class FinishedView
{
    public static void Write(Session session, FinishedJob finished)
    {
        using var manifest = JsonDocument.Parse(finished.Manifest);
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json => WriteJson(json, manifest.RootElement));
            return;
        }

        var terminal = session.Terminal;
        terminal.WriteLines(Lines(manifest.RootElement, finished.Layout.Workspace, session.Surroundings.Time.GetUtcNow(), terminal.OutWidth,
            terminal.OutStyle));
    }

    public static IEnumerable<string> Lines(JsonElement job, string workspace, DateTimeOffset now, int width, Output.Style style)
    {
        var (metrics, git) = (job.GetProperty("metrics"), job.GetProperty("git"));
        var (done, total) = (job.GetProperty("steps_done").GetInt32(), job.GetProperty("steps_total").GetInt32());
        var header = new StatusHeader(job.GetProperty("job_id").GetString()!, JobStatus.Success,
            now - job.GetProperty("updated_at").GetDateTimeOffset(), done, total)
        {
            Cost = StatusView.Cost(Money(metrics, "cumulative_cost_usd"), Money(metrics, "budget_usd")),
            Run = job.GetProperty("run").GetProperty("number").GetInt32(),
            Branch = git.GetProperty("head").GetString() is null ? null : git.GetProperty("branch").GetString(),
        };
        foreach (var line in StatusView.Headers(header, width, style))
        {
            yield return line;
        }

        foreach (var line in StatusView.Done(job.GetProperty("phases").EnumerateArray().Select(Step), done, total, width, style))
        {
            yield return line;
        }

        if (metrics.GetProperty("attempts").GetInt32() > 0)
        {
            yield return StatusView.Workspace(workspace);
        }
    }

    private static DoneStep Step(JsonElement phase)
    {
        var status = phase.GetProperty("status").GetString() switch
        {
            "REUSED" => TaskStatus.Reused,
            "SKIPPED" => TaskStatus.Skipped,
            _ => TaskStatus.Success,
        };
        var name = StepLine.Name(phase.GetProperty("number").GetInt32(), phase.GetProperty("name").GetString()!,
            phase.GetProperty("attempts").GetInt32());
        return new DoneStep(status, name + StepLine.Effort(Time(phase, "started_at"), Time(phase, "finished_at"),
            Money(phase, "cost_usd")));
    }

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null;

    private static decimal? Money(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } amount ? amount.GetDecimal() : null;

    private static void WriteJson(Utf8JsonWriter json, JsonElement manifest)
    {
        json.WriteStartObject();
        foreach (var member in manifest.EnumerateObject())
        {
            // What is printed is no file that anybody checks.
            if (!member.NameEquals("hash"u8))
            {
                member.WriteTo(json);
            }
        }

        json.WriteStartObject("live");
        json.WriteNull("owner");
        json.WriteStartArray("active_tasks");
        json.WriteEndArray();
        json.WriteStartArray("blocked");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
