using System.Globalization;
using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Views;
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
        var (run, stale) = (job.GetProperty("run"), job.TryGetProperty("steps_stale", out var count) ? count.GetInt32() : 0);
        var id = job.GetProperty("job_id").GetString()!;
        var header = new StatusHeader(id, JobStatus.Success, now - job.GetProperty("updated_at").GetDateTimeOffset(), done, total)
        {
            Cost = StatusView.Cost(Money(metrics, "cumulative_cost_usd"), Money(metrics, "budget_usd")),
            Pass = Wording.Pass(run.GetProperty("number").GetInt32(), run.GetProperty("trigger").GetString()!,
                run.GetProperty("from_step").GetString()),
            Stale = stale,
            Branch = git.GetProperty("head").GetString() is null ? null : git.GetProperty("branch").GetString(),
        };
        foreach (var line in StatusView.Headers(header, width, style))
        {
            yield return line;
        }

        var phases = job.GetProperty("phases").EnumerateArray();
        foreach (var line in StatusView.Done(phases.Where(phase => !IsStale(phase)).Select(Step), done - stale, total, width, style))
        {
            yield return line;
        }

        var open = phases.Where(IsStale).Take(StatusView.MaxOpenSteps).Select(phase => new OpenStep(
            style.Yellow(Wording.StaleSign), Name(phase), StepLine.Stale(phase.GetProperty("stale_because").GetString()!))).ToList();
        foreach (var line in StatusView.Open(open, stale - open.Count, "stale", width, style))
        {
            yield return line;
        }

        if (metrics.GetProperty("attempts").GetInt32() > 0)
        {
            yield return StatusView.Workspace(workspace);
        }

        foreach (var line in StatusView.Next(stale > 0 ? [Advice.Stale(id, stale)] : [], width, style))
        {
            yield return line;
        }
    }

    private static bool IsStale(JsonElement phase) => phase.GetProperty("stale").GetBoolean();

    private static string Name(JsonElement phase) => StepLine.Name(phase.GetProperty("number").GetInt32(),
        phase.GetProperty("name").GetString()!, phase.GetProperty("attempts").GetInt32());

    private static DoneStep Step(JsonElement phase)
    {
        var status = phase.GetProperty("status").GetString() switch
        {
            "REUSED" => TaskStatus.Reused,
            "SKIPPED" => TaskStatus.Skipped,
            _ => TaskStatus.Success,
        };
        return new DoneStep(status, Name(phase) + status switch
        {
            TaskStatus.Reused => $" ({Reused(phase.GetProperty("reused_from").GetString()!.Split('.'))})",
            TaskStatus.Skipped => " (skipped)",
            _ => StepLine.Effort(Time(phase), Money(phase, "cost_usd")),
        });
    }

    /// <param name="id">Job, run, step, and of what is not only a gate the attempt.</param>
    private static string Reused(string[] id) => StepLine.Reused(int.Parse(id[1], CultureInfo.InvariantCulture),
        id.Length > 3 ? int.Parse(id[3], CultureInfo.InvariantCulture) : null);

    private static TimeSpan? Time(JsonElement phase) => phase.GetProperty("attempts").GetInt32() > 0
        && phase.TryGetProperty("time_seconds", out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : null;

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
