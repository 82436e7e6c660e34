using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Engine;

/// <summary>A gate shows the input of its step before the step starts.</summary>
public sealed partial class Worker
{
    private bool BeginGate(Work.OpenGate work)
    {
        var run = State.Run!;
        var definition = run.Workflow.Steps[work.Step];
        var question = JobTrees.Ask(State, run, work.Step, AttemptKind.Initial);
        if (definition.Workspace == WorkspaceMode.None || (question.Needs.Count == 0 && question.Changes.Count == 0))
        {
            return Do(new JobCommand.OpenGate(Stamp, work.Run, work.Step, null, null));
        }

        var flight = new Flight(work.Run, work.Step, 0, definition);
        _flights[(work.Run, work.Step)] = flight;
        var trees = Trees;
        InBackground(() =>
        {
            var input = trees.Find(question);
            var commit = (input as StepInput.Ready)?.Commit;
            var tree = commit is null ? null : trees.Repository.TreeOf(commit);
            return () =>
            {
                // A conflict shows when the step itself starts; the gate still asks.
                _ = Do(new JobCommand.OpenGate(Stamp, work.Run, work.Step, commit, tree));
                Drop(flight);
            };
        });
        return false;
    }
}
