using System.Text;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Stores;

namespace Logist.Testing;

/// <summary>One small job as events and as a manifest.</summary>
public static class StoreSamples
{
    public static readonly JobId SampleJob = JobId.Parse("fix-login");

    public static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public static readonly WorkflowDefinition Workflow = new("sample", [new StepDefinition("build")]);

    public static readonly Owner Me = new("logist run", "box", 4711, "boot-1", 99);

    public static JobEvent[] Creation(DateTimeOffset? at = null) =>
    [
        new JobEvent.JobCreated(new Stamp(at ?? Start, "ann", "c-1"), SampleJob.Value) { Description = "Grüße \U0001F600",
            BudgetUsd = 2.50m },
        new JobEvent.RunCreated(new Stamp(at ?? Start, "ann", "c-1"), 1, "run", "abc123") { Workflow = Workflow },
    ];

    public static JobEvent.TaskScheduled Scheduled(int attempt) =>
        new(new Stamp(Start.AddSeconds(attempt)), 1, "build", attempt, AttemptKind.Initial) { Input = "9f2c", Place = "workspace" };

    public static JobEvent.TaskSucceeded Succeeded(int attempt) =>
        new(new Stamp(Start.AddSeconds(attempt).AddMilliseconds(500)), 1, "build", attempt,
            new WorkResult { ExitCode = 0, DurationMs = 12, Commit = "77aa" });

    public static byte[] Manifest(JournalPosition position, string status = "PENDING", string job = "fix-login") => Encoding.UTF8.GetBytes(
        $$"""
        {"schema":"logist.manifest/v1","job_id":"{{job}}","description":"Grüße","status":"{{status}}","reason":null,"current_phase":"build",
        "active_phases":[],"active_agent":null,"active_role":null,"phase_counts":{"PENDING":2,"SUCCESS":1},
        "metrics":{"cumulative_cost_usd":3.1},"updated_at":"2026-11-20T10:00:00.000Z",
        "phases":[{"number":1,"name":"build","needs":[],"status":"{{status}}"}],
        "journal":{"seq":{{position.Seq}},"offset":{{position.Offset}},"epoch":{{position.Epoch}} } }

        """);
}
