using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Bench;

/// <summary>A job of steps that need nothing, driven in memory as an owner with two slots drives it.</summary>
internal static class WideJob
{
    public static readonly Stamp By = new(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    public static WorkflowDefinition Workflow(int width)
    {
        var steps = new StepDefinition[width];
        for (var i = 0; i < width; i++)
        {
            steps[i] = new StepDefinition($"s{i}") { Run = new RunAction(null, ["/bin/true"]), Workspace = WorkspaceMode.None };
        }

        return new WorkflowDefinition("wide", steps);
    }

    public static IReadOnlyList<JobEvent> Created(WorkflowDefinition workflow, string sha) =>
    [
        new JobEvent.JobCreated(By, "wide"),
        new JobEvent.RunCreated(By, 1, "run", sha) { Workflow = workflow },
    ];

    /// <returns>Every event of the run: two per step, and its start and end.</returns>
    public static List<JobEvent> Run(IReadOnlyList<JobEvent> created)
    {
        var state = new JobState();
        var all = new List<JobEvent>();
        Take(created);
        Do(new JobCommand.RunJob(By, "foreground"));
        while (true)
        {
            var works = Job.Plan(state, By.At, freeSlots: 2);
            if (works.Count == 0)
            {
                return all;
            }

            foreach (var work in works)
            {
                if (work is Work.Start start)
                {
                    Do(new JobCommand.Schedule(By, start.Run, start.Step, start.Attempt, start.Kind, null, "scratch"));
                    Do(new JobCommand.ReportSucceeded(By, start.Run, start.Step, start.Attempt, new WorkResult { ExitCode = 0 }));
                }
                else if (work is Work.FinishRun finish)
                {
                    Do(new JobCommand.FinishRun(By, finish.Run, finish.Success));
                }
            }
        }

        void Do(JobCommand command) => Take(((Decision.Accepted)Job.Decide(state, command)).Events);

        void Take(IReadOnlyList<JobEvent> events)
        {
            foreach (var happened in events)
            {
                Job.Evolve(state, happened);
                all.Add(happened);
            }
        }
    }
}
