using System.Text.Json;
using Logist.Core;
using Logist.Stores;

namespace Logist.Views;

/// <summary>
/// One job as lists show it, from the beginning of its manifest alone. A job whose files are damaged has status <see cref="Damaged"/>
/// and what is wrong in <see cref="WaitingOn"/>.
/// </summary>
public sealed record JobRow(string JobId, string Status)
{
    public const string Damaged = "DAMAGED";

    public string? Reason { get; init; }

    public string? Description { get; init; }

    public string? CurrentPhase { get; init; }

    public int StepsDone { get; init; }

    public int StepsTotal { get; init; }

    public decimal? CostUsd { get; init; }

    public decimal? BudgetUsd { get; init; }

    /// <summary>Why it stands still, or which agent is at work.</summary>
    public string? WaitingOn { get; init; }

    /// <summary>What is wrong with a damaged one; of others their journals know.</summary>
    public WaitReason? Why { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The current run; null: a version that did not tell wrote the manifest.</summary>
    public string? RunId { get; init; }

    /// <summary>Who had the current run made; null as <see cref="RunId"/>.</summary>
    public string? RequestedBy { get; init; }

    public IReadOnlyDictionary<string, int> PhaseCounts { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>A letter per step, in order; null: there are too many.</summary>
    public string? PhaseStrip { get; init; }

    /// <summary>Takes no lock and never fails: what cannot be trusted is told in the row.</summary>
    public static JobRow Read(JobLayout layout, JobId job)
    {
        try
        {
            var manifest = ManifestFile.QuickHeader(layout);
            var counts = manifest.PhaseCounts;
            return new JobRow(job.Value, manifest.Status)
            {
                Reason = manifest.Reason,
                Description = manifest.Description,
                CurrentPhase = manifest.CurrentPhase,
                StepsDone = counts.GetValueOrDefault("SUCCESS") + counts.GetValueOrDefault("REUSED") + counts.GetValueOrDefault("SKIPPED"),
                StepsTotal = counts.Values.Sum(),
                CostUsd = manifest.CostUsd,
                BudgetUsd = manifest.BudgetUsd,
                WaitingOn = manifest.Reason ?? (manifest.Status == "APPROVAL_REQUIRED" ? "approval"
                    : manifest is { HeldBy: { } who, Status: "PENDING" } ? $"held by {who}" : manifest.ActiveAgent),
                UpdatedAt = manifest.UpdatedAt ?? new DateTimeOffset(File.GetLastWriteTimeUtc(layout.Manifest), TimeSpan.Zero),
                CreatedAt = manifest.CreatedAt,
                RunId = manifest.RunId,
                RequestedBy = manifest.RequestedBy,
                PhaseCounts = counts,
                PhaseStrip = manifest.PhaseStrip,
            };
        }
        catch (LogistException e)
        {
            return new JobRow(job.Value, Damaged)
            {
                WaitingOn = $"{e.Problem.What}; logist job recover {job}", UpdatedAt = Written(layout),
                Why = WaitReason.Damaged(job, e.Problem),
            };
        }
    }

    /// <summary>Whatever happened to a manifest that cannot be trusted happened by then; null: there is none.</summary>
    private static DateTimeOffset? Written(JobLayout layout) => File.Exists(layout.Manifest)
        ? new DateTimeOffset(File.GetLastWriteTimeUtc(layout.Manifest), TimeSpan.Zero) : null;

    /// <summary>An item of <c>logist.jobs/v1</c>.</summary>
    /// <param name="more">Adds members of its own.</param>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        json.WriteString("job_id", JobId);
        json.WriteString("status", Status);
        json.WriteString("reason", Status == Damaged ? WaitingOn : Reason);
        json.WriteString("description", Description);
        json.WriteString("current_phase", CurrentPhase);
        json.WriteNumber("steps_done", StepsDone);
        json.WriteNumber("steps_total", StepsTotal);
        json.WriteCost("cost_usd", CostUsd);
        json.WriteTime("updated_at", UpdatedAt);
        json.WriteTime("created_at", CreatedAt);
        json.WriteCost("budget_usd", BudgetUsd);
        json.WriteString("waiting_on", WaitingOn);
        json.WriteString("run_id", RunId);
        json.WriteString("requested_by", RequestedBy);
        json.WriteStartObject("phase_counts");
        foreach (var (phase, count) in PhaseCounts)
        {
            json.WriteNumber(phase, count);
        }

        json.WriteEndObject();
        json.WriteString("phase_strip", PhaseStrip);
        more?.Invoke(json);
        json.WriteEndObject();
    }
}
