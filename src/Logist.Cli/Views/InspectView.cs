using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>Every attempt of every run, for people: what it was, what it made, what proves it.</summary>
internal static class InspectView
{
    public static IEnumerable<string> Lines(JobState job, Style style)
    {
        foreach (var run in job.Runs)
        {
            yield return $"{style.Bold($"{job.Id}.{run.Number}")}  {ManifestDocument.RunStatus(job, run)} · {run.Created.Trigger} · "
                + $"workflow {SafeText.OneLine(run.Workflow.Name)}";
            foreach (var (key, value) in run.Created.Params)
            {
                yield return $"  param {key} = {SafeText.OneLine(value)}";
            }

            foreach (var task in run.Tasks)
            {
                yield return $"  {Wording.Sign(task.Status, style)} {task.Step + 1} {run.Workflow.Steps[task.Step].Id}  "
                    + $"{task.Status.Phase()}";
                foreach (var line in task.Attempts.SelectMany(attempt => Attempt(attempt, attempt == task.Accepted)))
                {
                    yield return $"      {line}";
                }
            }
        }
    }

    private static IEnumerable<string> Attempt(AttemptState attempt, bool accepted)
    {
        var parts = new List<string> { $"#{attempt.Number} {EventJson.NameOf(attempt.Kind)}",
            attempt.Status.ToString().ToLowerInvariant() + (accepted ? ", accepted" : "") };
        Add(attempt.Agent is { } agent
            ? $"by {SafeText.OneLine(agent)}{(attempt.Model is { } model ? $" ({SafeText.OneLine(model)})" : "")}" : null);
        Add(attempt.Result?.ExitCode is { } code ? $"exit {code}" : null);
        Add(attempt.Result is { DurationMs: > 0 } timed ? Wording.Duration(TimeSpan.FromMilliseconds(timed.DurationMs)) : null);
        Add(attempt.CostUsd is { } cost ? Wording.Money(cost) : null);
        Add(attempt.Input is { } input ? $"{EventText.Short(input)} → {EventText.Short(attempt.Result?.Commit)}" : null);
        yield return string.Join(" · ", parts);
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
