using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Views;

/// <summary>Every attempt of every run, for people: what it was, what it made, what proves it.</summary>
internal static class InspectView
{
    public static IEnumerable<string> Lines(JobState job, Style style)
    {
        foreach (var run in job.Runs)
        {
            yield return $"{style.Bold($"{job.Id}.{run.Number}")}  {ManifestDocument.RunStatus(job, run)} · "
                + $"{SafeText.OneLine(run.Created.Trigger)} · "
                + (run.Created.FromStep is { } from ? $"from {from} · " : "") + $"workflow {SafeText.OneLine(run.Workflow.Name)}";
            if (run.Created.PlanHash is { } plan)
            {
                yield return $"  {Request(run.Created.By.Actor, run.Created.Reason, plan)}";
            }

            foreach (var (key, value) in run.Created.Params)
            {
                yield return $"  param {key} = {SafeText.OneLine(value)}";
            }

            foreach (var task in run.Tasks)
            {
                yield return $"  {Wording.Sign(task, style)} {task.Step + 1} {run.Workflow.Steps[task.Step].Id}  "
                    + $"{task.Status.Phase()}{(task.Status == TaskStatus.Reused
                        ? $" · {StepLine.Reused(task.ReusedFrom, task.Accepted?.Number)}" : "")}"
                    + (task.Stale is { } stale ? $" · {StepLine.Stale(stale)}" : "");
                foreach (var line in task.Attempts.SelectMany(attempt => Attempt(attempt, attempt == task.Accepted)))
                {
                    yield return $"      {line}";
                }
            }
        }
    }

    private static string Request(string who, string? reason, string? planHash) => $"for {SafeText.OneLine(who)}"
        + (reason is { Length: > 0 } ? $": {SafeText.OneLine(reason)}" : "")
        + (planHash is null ? "" : $" · plan {HistoryView.Digits(planHash)}");

    private static string Different(AttemptDifference? difference) => difference is null ? "" : string.Concat(
        difference.Agent is null ? "" : $" · agent {SafeText.OneLine(difference.Agent)}",
        difference.Model is null ? "" : $" · model {SafeText.OneLine(difference.Model)}",
        difference.PromptAppend is null ? "" : $" · prompt + \"{SafeText.OneLine(difference.PromptAppend)}\"",
        difference.WorkflowSha is null ? "" : $" · workflow {EventText.Short(difference.WorkflowSha)}");

    private static string Model(string? model, string? version) => (model, version) switch
    {
        (null, null) => "",
        (null, _) => $" ({SafeText.OneLine(version)})",
        (_, null) => $" ({SafeText.OneLine(model)})",
        _ => $" ({SafeText.OneLine(model)}, {SafeText.OneLine(version)})",
    };

    private static IEnumerable<string> Attempt(AttemptState attempt, bool accepted)
    {
        var parts = new List<string> { $"#{attempt.Number} {EventJson.NameOf(attempt.Kind)}",
            attempt.Status.ToString().ToLowerInvariant() + (accepted ? ", accepted" : "") };
        Add(attempt.Agent is { } agent
            ? $"by {SafeText.OneLine(agent)}{Model(attempt.Result?.Model ?? attempt.Model, attempt.Result?.Version)}" : null);
        Add(attempt.Result?.ExitCode is { } code ? $"exit {code}" : null);
        Add(attempt.Result is { DurationMs: > 0 } timed ? Amounts.Duration(TimeSpan.FromMilliseconds(timed.DurationMs)) : null);
        Add(attempt.Spent is { TokensIn: not null } or { TokensOut: not null } ? Amounts.Tokens(attempt.Spent) : null);
        Add(attempt.CostUsd is { } cost ? $"{(attempt.Spent!.Estimated ? "≈" : "")}{Amounts.Money(cost)}" : null);
        Add(attempt.Input is { } input ? $"{EventText.Short(input)} → {EventText.Short(attempt.Result?.Commit)}" : null);
        yield return string.Join(" · ", parts);
        if (attempt.RequestedBy is { } who)
        {
            yield return $"   {Request(who, attempt.Reason, attempt.PlanHash)}{Different(attempt.Difference)}";
        }

        if (attempt.Result?.Session is { } session)
        {
            yield return $"   session {SafeText.OneLine(session)}{(attempt.Session is null ? "" : ", resumed")}";
        }

        if (attempt.Failure is { } failure)
        {
            yield return $"   {failure.Category}: {SafeText.OneLine(failure.Message)}";
        }

        if (attempt.Result?.Summary is { Length: > 0 } summary)
        {
            yield return $"   \"{SafeText.OneLine(summary)}\"";
        }

        foreach (var file in attempt.Result?.Evidence ?? [])
        {
            yield return $"   evidence {SafeText.OneLine(file)} in {EventText.Short(attempt.Result!.Commit)}";
        }

        if (attempt.ReviewAction is { } review)
        {
            yield return $"   review by {SafeText.OneLine(attempt.Reviewer ?? "–")}: "
                + $"{review}{(attempt.ReviewSummary is { Length: > 0 } said ? $" \"{SafeText.OneLine(said)}\"" : "")}";
        }

        void Add(string? part)
        {
            if (part is not null)
            {
                parts.Add(part);
            }
        }
    }
}
