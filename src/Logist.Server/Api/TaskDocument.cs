using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>A step of one run.</summary>
/// <param name="Attempts">How many.</param>
/// <param name="ExitCode">Of the latest attempt that ended.</param>
/// <param name="TimeSeconds">That its attempts took.</param>
/// <param name="WaitUntil">When it goes on by itself.</param>
/// <param name="FailureTriageHints">Where to look, most likely cause first.</param>
/// <param name="SuggestedNextActions">Command lines.</param>
internal sealed record TaskDocument(string Id, string RunId, string JobId, string StepId, int Number, string Title,
    IReadOnlyList<string> Needs, string? Agent, [OneOf(Words.TaskStatus)] string Status, DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt, int? ExitCode, int Attempts, int? AcceptedAttempt, bool Stale, DateTimeOffset? WaitUntil, decimal? CostUsd,
    double TimeSeconds, [OneOf(Words.FailureCategory)] string? FailureCategory, string? FailureMessage,
    IReadOnlyList<string> FailureTriageHints, IReadOnlyList<string> SuggestedNextActions)
{
    public static TaskDocument Of(JobState job, RunState run, TaskState task)
    {
        var step = run.Workflow.Steps[task.Step];
        return new TaskDocument(Runs.TaskId(job, run, task), Runs.Id(job, run), job.Id, step.Id, task.Step + 1,
            step.Title ?? step.Id, step.Needs, step.IsAgent ? (task.LastAttempt ?? task.Accepted)?.Agent ?? step.Agent : null,
            PhaseDocument.TaskWord(task),
            task.StartedAt, task.FinishedAt, task.Attempts.LastOrDefault(attempt => attempt.Result is not null)?.Result?.ExitCode,
            task.Attempts.Count, task.Accepted?.Number, task.IsStale, task.WaitUntil, task.CostUsd,
            Math.Round(task.WorkTime.TotalSeconds, 3), task.Failure?.Category,
            task.Failure?.Message, TriageHints.Of(task.Failure),
            run == job.Run ? [.. Advice.Of(job, task).Select(advised => advised.Command)] : []);
    }
}
