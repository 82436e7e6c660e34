using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Git;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Engine.Requests;

/// <summary>What a person may say about a rerun.</summary>
/// <param name="Step">Number from 1 or id; null: from the start.</param>
/// <param name="Params"><c>key=value</c></param>
/// <param name="Current">With the workflow as its file is now.</param>
public sealed record RerunWish(string? Step, IReadOnlyList<string> Params, string? Base, bool Current, string? Reason);

/// <summary>From what was said to the command: parameters bound, base looked up, changes of the workflow compared.</summary>
public static class RerunRequest
{
    /// <exception cref="LogistException">UnknownStep, UnknownParam, InvalidWorkflow, NotFound, Usage.</exception>
    public static JobCommand.Rerun Of(JobState job, ConfigFile config, RerunWish wish, Stamp stamp)
    {
        var before = job.Run!;
        var workflow = wish.Current ? CurrentWorkflow.Load(config, job) : before.Workflow;
        var values = Params.Bind(workflow, wish.Params, before.Created.Params).OrThrow();
        var from = wish.Step is { } step ? StepReference.Index(workflow, step) : (int?)null;
        var source = wish.Base is { } name ? Base(job, name) : null;
        return new JobCommand.Rerun(stamp, from, CurrentWorkflow.Sha(before, workflow), workflow, values)
        {
            BaseRef = wish.Base, BaseCommit = source?.BaseCommit, Reason = wish.Reason,
            Facts = new ReexecutionFacts
            {
                ChangedDefinitions = WorkflowComparison.ChangedSteps(before.Workflow, workflow),
                UsesChangedParam = WorkflowComparison.StepsUsing(workflow, before.Created.Params, values),
            },
        };
    }

    private static SourceInfo Base(JobState job, string name) => job.Created?.Source is { } source
        ? SourceRepository.Inspect(source, name)
            ?? throw new LogistException(ErrorKind.NotFound, $"the source repository {source} is gone", null, "rerun without --base")
        : throw new LogistException(ErrorKind.Usage, $"{job.Id} has no source repository: --base has no meaning");
}
