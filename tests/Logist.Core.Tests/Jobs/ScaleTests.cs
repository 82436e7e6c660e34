using System.Diagnostics;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>Ten thousand steps: the work per event must not grow with the width. Times are told, not asserted.</summary>
public sealed class ScaleTests
{
    private const int Width = 10_000;

    public static TheoryData<string> Shapes => ["chain", "fan", "join", "gated", "without files"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Deciding_planning_and_folding_ten_thousand_steps(string shape)
    {
        Drive(Make(shape, 500));
        var workflow = Make(shape, Width);
        var watch = Stopwatch.StartNew();
        var (state, journal, plans, planned) = Drive(workflow);
        var driven = watch.Elapsed;
        watch.Restart();
        var folded = Job.Fold(journal);
        Tell($"{shape}: decide + plan + fold {driven.TotalMicroseconds / journal.Count:0.0} µs per event ({plans} plans), "
            + $"fold alone {watch.Elapsed.TotalMicroseconds / journal.Count:0.00} µs per event, {journal.Count} events");
        state.Status.ShouldBe(shape == "gated" ? JobStatus.ApprovalRequired : JobStatus.Success);
        folded.Status.ShouldBe(state.Status);
        planned.ShouldBeLessThan(2 * Width, "more work was planned than there is: the same work again and again");
    }

    private static WorkflowDefinition Make(string shape, int width)
    {
        var ids = Enumerable.Range(0, width).Select(i => $"s{i}").ToArray();
        return shape switch
        {
            "chain" => Chain(ids),
            "without files" => Workflow([.. Chain(ids).Steps.Select((step, i) => i == 0 ? step : step.WithoutFiles())]),
            "join" => Workflow([.. ids[..^1].Select(id => Step(id)), Step(ids[^1], ids[..^1])]),
            "gated" => Workflow([.. ids[..^1].Select(id => Step(id)), Gate(ids[^1])]),
            _ => Fan(ids),
        };
    }

    private static (JobState State, List<JobEvent> Journal, int Plans, int Planned) Drive(WorkflowDefinition workflow)
    {
        var state = new JobState();
        var journal = new List<JobEvent>();
        var live = new Queue<Work.Start>();
        var (plans, planned) = (0, 0);
        foreach (var happened in Created(workflow).Append(new JobEvent.RunStarted(By, 1, "foreground")))
        {
            Apply(happened);
        }

        while (true)
        {
            var works = Job.Plan(state, Noon, 8 - live.Count);
            plans++;
            planned += works.Count;
            foreach (var work in works)
            {
                switch (work)
                {
                    case Work.Start start:
                        Send(new JobCommand.Schedule(By, 1, start.Step, start.Attempt, start.Kind, null, "scratch"));
                        live.Enqueue(start);
                        break;
                    case Work.OpenGate gate:
                        Send(new JobCommand.OpenGate(By, 1, gate.Step, null, null));
                        break;
                    default:
                        Send(new JobCommand.FinishRun(By, 1, true));
                        break;
                }
            }

            if (!live.TryDequeue(out var done))
            {
                return (state, journal, plans, planned);
            }

            Send(new JobCommand.ReportSucceeded(By, 1, done.Step, done.Attempt,
                workflow.Steps[done.Step].Workspace == WorkspaceMode.None ? new WorkResult() : Result("c")));
        }

        void Send(JobCommand command)
        {
            foreach (var happened in ((Decision.Accepted)Job.Decide(state, command)).Events)
            {
                Apply(happened);
            }
        }

        void Apply(JobEvent happened)
        {
            journal.Add(happened);
            Job.Evolve(state, happened);
        }
    }

    [Theory]
    [InlineData("chain")]
    [InlineData("without files")]
    public void Doing_parts_of_a_chain_of_ten_thousand_again(string shape)
    {
        var workflow = Make(shape, Width);
        var last = workflow.Steps[^1].Id;
        var job = Spec.Given([.. Drive(workflow).Journal]);
        Timed("restep of the first", () => job.Restep("s0").Start("s0").Succeed("s0", tree: "other"));
        job.State.Run!.Tasks.Count(task => task.Stale is not null).ShouldBe(shape == "chain" ? 1 : Width - 1);
        Timed("restep of the first, as it was", () => job.Restep("s0").Start("s0").Succeed("s0", tree: "tree-of-c").StaleAre());
        Timed("restep of the first again", () => job.Restep("s0").Start("s0").Succeed("s0", tree: "other"));
        Timed("rerun from the last", () => job.Rerun(last).Complete(last).FinishRun(true));
        Timed("stale run", () => job.RunStale());
        Timed("its first step", () => job.Start("s1").Succeed("s1", tree: "tree-of-c"));
        Timed("rerun from the middle", () => job.Rerun($"s{Width / 2}"));
        Timed("all of it", () => job.Complete([.. workflow.Steps.Skip(Width / 2).Select(step => step.Id)]).StatusIs(JobStatus.Success));
        Timed("rerun of everything", () => job.Rerun().StatusIs(JobStatus.Pending));
    }

    [Fact]
    public void Keeping_what_passes_through_ten_thousand_steps_looks_at_each_once()
    {
        var ids = Enumerable.Range(0, Width).Select(i => $"s{i}").ToArray();
        var workflow = Workflow([.. Chain(ids).Steps.Select((step, i) => i < 2 ? step : step.WithoutFiles())]);
        var job = Spec.Given([.. Drive(workflow).Journal]);
        job.Restep("s0").Start("s0").Succeed("s0", tree: "other").StaleAre("s1").RunStale().Start("s1").Succeed("s1", tree: "tree-of-c");
        Timed("keep", () =>
        {
            while (Job.Plan(job.State, Noon, 4) is [Work.Keep keep])
            {
                job.When(new JobCommand.KeepOutput(By, keep.Run, keep.Step));
            }
        });
        job.StatusIs(JobStatus.Success).State.Attempts.ShouldBe(Width + 2);
    }

    private static void Timed(string what, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        Tell($"{what}: {watch.Elapsed.TotalMilliseconds:0} ms");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), $"{what}: the work grows with the square of the length");
    }

    private static void Tell(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
