using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Engine.Requests;

/// <summary>What a person may say about a re-step.</summary>
/// <param name="Step">Number from 1 or id.</param>
/// <param name="From"><c>original</c>, <c>current</c> or null: whichever leaves nothing out.</param>
/// <param name="Current">With the step as the workflow file has it now.</param>
public sealed record RestepWish(string Step, string? From, bool Current, string? Agent, string? Model, string? PromptAppend,
    string? Reason);

/// <summary>From what was said to the command.</summary>
public static class RestepRequest
{
    /// <exception cref="LogistException">UnknownStep, InvalidWorkflow, Usage.</exception>
    public static JobCommand.Restep Of(JobState job, ConfigFile config, RestepWish wish, Stamp stamp)
    {
        var run = job.Run!;
        var step = StepReference.Resolve(run, wish.Step).Step;
        var definition = run.Workflow.Steps[step];
        var workflow = wish.Current ? CurrentWorkflow.Load(config, job) : null;
        if (workflow is not null && workflow.IndexOf(definition.Id) < 0)
        {
            throw new LogistException(ErrorKind.UnknownStep, $"the workflow file has no step \"{definition.Id}\" any more", null,
                "--workflow pinned");
        }

        if ((wish.Agent ?? wish.Model ?? wish.PromptAppend) is not null && !definition.IsAgent)
        {
            throw new LogistException(ErrorKind.Usage,
                $"--agent, --model and --prompt-append are for agent steps; {definition.Id} is a command");
        }

        var difference = new AttemptDifference
        {
            Agent = wish.Agent, Model = wish.Model, PromptAppend = wish.PromptAppend,
            WorkflowSha = workflow is null ? null : CurrentWorkflow.Sha(run, workflow),
        };
        return new JobCommand.Restep(stamp, step, wish.From switch
        {
            "original" => RestepInput.Original,
            "current" => RestepInput.Current,
            _ => null,
        })
        {
            Difference = difference == new AttemptDifference() ? null : difference, Workflow = workflow, Reason = wish.Reason,
        };
    }
}
