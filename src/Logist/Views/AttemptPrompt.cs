using System.Text;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Files;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.Views;

/// <summary>The prompts of an attempt: as they were sent, or as the next one would be.</summary>
public static class AttemptPrompt
{
    // More than the largest workflow text with what earlier steps reported.
    private const int BytesMax = 16 << 20;

    /// <returns>Null: none was kept, as of a command or of an attempt without a review.</returns>
    public static string? Kept(JobLayout layout, AttemptId id, bool ofReview = false)
    {
        var directory = layout.Attempt(id);
        var name = Path.GetFileName(AgentFiles.Prompt(ofReview ? AgentRole.Supervisor : AgentRole.Worker, directory));
        return SafeFile.ReadBounded(directory, name, BytesMax) is SafeRead.Content file ? Encoding.UTF8.GetString(file.Bytes) : null;
    }

    /// <returns>What the next attempt of a step would be told; null: a command or a gate is told nothing.</returns>
    public static string? Next(JobState job, RunState run, TaskState task)
    {
        var step = run.Workflow.Steps[task.Step];
        return step.Prompt is null ? null
            : PromptFacts.ForWorker(new AttemptId(job.Id, run.Number, step.Id, task.Attempts.Count + 1), job, run, task.Step,
                Values(job.Id, run), task.NextKind == AttemptKind.ReviewRound ? task.Rounds + 1 : 1);
    }

    /// <summary>What templates of a step may name, as of now.</summary>
    internal static TemplateValues Values(string job, RunState run) => new(job, run.Number, run.Created.Params,
        name => Accepted(run, name)?.Commit, name => Accepted(run, name)?.Summary);

    private static WorkResult? Accepted(RunState run, string step) =>
        run.Workflow.IndexOf(step) is >= 0 and var index ? run.Tasks[index].Accepted?.Result : null;
}
