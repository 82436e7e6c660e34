using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Workflows;

namespace Logist.Engine;

/// <summary>Gathers from the job's state what the prompts tell.</summary>
internal static class PromptFacts
{
    public static string ForWorker(AttemptId attempt, JobState job, RunState run, int step, TemplateValues values, int round)
    {
        var definition = Job.Definition(job, run, step);
        var state = run.Tasks[step];
        var boundary = Boundary();
        return Prompts.Worker(new WorkerPrompt(attempt, Task(definition, values, boundary) + Appended(job), boundary)
        {
            Title = definition.Title, Role = Instructions(job, run, definition).Worker,
            Why = state.NextWhy, Feedback = state.Feedback, Earlier = Earlier(run, step),
            Round = round, Rounds = definition.Review?.Rounds ?? 1,
        });
    }

    public static string ForSupervisor(
        AttemptId attempt, JobState job, RunState run, int step, TemplateValues values, ChangesToReview changes)
    {
        var definition = Job.Definition(job, run, step);
        var state = run.Tasks[step];
        var work = state.Attempts[attempt.Number - 1];
        var boundary = Boundary();
        return Prompts.Supervisor(new SupervisorPrompt(attempt, Task(definition, values, boundary), boundary)
        {
            Title = definition.Title,
            Role = Instructions(job, run, definition).Supervisor,
            Instructions = definition.Review?.Prompt,
            Round = state.Rounds,
            Rounds = definition.Review?.Rounds ?? 1,
            Range = work.Input is { } input && work.Result?.Commit is { } output ? (input, output) : null,
            DiffStat = changes.Stat.Length == 0 ? null : changes.Stat,
            Diff = changes.Text,
            WorkerSummary = work.Result?.Summary,
            Evidence = work.Result?.Evidence ?? [],
            LastFeedback = state.Feedback,
        });
    }

    /// <summary>A re-step with the current workflow is told what that says.</summary>
    private static Instructions Instructions(JobState job, RunState run, StepDefinition definition) =>
        ((ReferenceEquals(definition, job.Restep?.Definition) ? job.Restep?.Request.Workflow : null) ?? run.Workflow).Instructions;

    /// <summary>What a person adds to the task for a re-step.</summary>
    private static string Appended(JobState job) =>
        job.Restep?.Request.Difference?.PromptAppend is { Length: > 0 } text ? $"\n\n{text}" : "";

    private static string Task(StepDefinition definition, TemplateValues values, string boundary) =>
        definition.Prompt is { } prompt ? Templates.ForPrompt(prompt, values, text => Prompts.Quote(text, boundary)) : "";

    private static List<StepReport> Earlier(RunState run, int step)
    {
        var before = run.Workflow.Graph.WithAncestors([step]);
        var reports = new List<StepReport>();
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] && i != step && run.Tasks[i].Accepted?.Result is { } result)
            {
                reports.Add(new StepReport(run.Workflow.Steps[i].Id, result.Summary) { Commit = result.Commit,
                    Evidence = result.Evidence });
            }
        }

        return reports;
    }

    // Nobody who writes what a prompt quotes can know it.
    private static string Boundary() => Guid.NewGuid().ToString("n");
}
