using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>The workflow file of a job as it is now.</summary>
public static class CurrentWorkflow
{
    /// <exception cref="LogistException">WrongState: the job was not made from a file; InvalidWorkflow.</exception>
    public static WorkflowDefinition Load(ConfigFile config, JobState job) => job.Created?.WorkflowFile is { } file
        ? WorkflowFile.Load(file, config, job.Run!.Created.Agent, job.Run.Created.Model,
            RoleInstructions.OfRepository(job.Created.Source)).OrThrow()
        : throw new LogistException(ErrorKind.WrongState, $"{job.Id} was not made from a workflow file", null, "--workflow pinned");

    /// <summary>Of the compiled text, as the job keeps it.</summary>
    public static string Sha(RunState before, WorkflowDefinition workflow) => ReferenceEquals(before.Workflow, workflow)
        ? before.Created.WorkflowSha : CompiledWorkflow.Sha(CompiledWorkflow.Write(workflow));
}
