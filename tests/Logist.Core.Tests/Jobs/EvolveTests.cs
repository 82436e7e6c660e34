using Logist.Core.Jobs;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

public sealed class EvolveTests
{
    [Fact]
    public void Folding_again_gives_the_same_state()
    {
        var job = Spec.Running(Workflow(Reviewed("a").Retrying(2), Step("b", "a"), Gate("go", "b"))).Round("a", "RETRY", "x").Start("a")
            .Fail("a")
            .Later(TimeSpan.FromMinutes(1)).Round("a", "COMPLETED").Start("b").Lose("b").Complete("b").OpenGate("go").Cancel("c1");
        StateDump.Of(Job.Fold(job.Journal)).ShouldBe(StateDump.Of(job.State));
        job.State.Seq.ShouldBe(job.Journal.Count);
    }

    [Fact]
    public void The_dump_sees_a_difference_deep_inside()
    {
        var one = Spec.Running(Chain("a")).Complete("a");
        var other = Spec.Running(Chain("a")).Complete("a");
        StateDump.Of(one.State).ShouldBe(StateDump.Of(other.State));
        other.Task("a").Attempts[0].Reviewer = "somebody";
        StateDump.Of(one.State).ShouldNotBe(StateDump.Of(other.State));
    }

    [Fact]
    public void An_event_about_something_unknown_changes_nothing_but_the_number()
    {
        var job = Spec.Running(Chain("a")).Complete("a");
        var before = StateDump.Of(job.State);
        foreach (var foreign in Foreign())
        {
            Job.Evolve(job.State, foreign);
        }

        job.State.Seq -= Foreign().Length;
        StateDump.Of(job.State).ShouldBe(before);
    }

    [Fact]
    public void Shuffled_repeated_and_missing_events_never_throw_and_neither_do_decisions_about_the_outcome()
    {
        for (var seed = 1; seed <= 400; seed++)
        {
            var walk = new Walk(seed, onlySuccess: false);
            walk.Go();
            var random = new Random(seed);
            var events = walk.Journal.ToArray();
            random.Shuffle(events);
            try
            {
                var state = Job.Fold(events.Concat(events.Where(_ => random.Next(3) == 0))
                    .Where(_ => random.Next(10) > 0).Concat(Foreign()));
                foreach (var command in walk.Sent)
                {
                    _ = Job.Decide(state, command);
                }

                _ = Job.Plan(state, Noon.AddDays(1), 4);
                _ = (state.Status, state.Reason, Advice.Next(state), Job.NextWake(state));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private static JobEvent[] Foreign()
    {
        var failure = new Failure("timeout", "late");
        return
        [
            .. new (int Run, string Step)[] { (9, "a"), (1, "nobody") }.SelectMany(at => new JobEvent[]
            {
                new JobEvent.TaskScheduled(By, at.Run, at.Step, 1, AttemptKind.Initial),
                new JobEvent.TaskStarted(By, at.Run, at.Step, 1, 1, 1),
                new JobEvent.TaskAdopted(By, at.Run, at.Step, 1),
                new JobEvent.TaskWorkerFinished(By, at.Run, at.Step, 1, Result("x", 1)),
                new JobEvent.TaskReviewStarted(By, at.Run, at.Step, 1, "boss"),
                new JobEvent.TaskReviewFinished(By, at.Run, at.Step, 1, "RETRY", "x", null),
                new JobEvent.TaskSucceeded(By, at.Run, at.Step, 1, Result("x", 1)),
                new JobEvent.TaskFailed(By, at.Run, at.Step, 1, failure, null),
                new JobEvent.TaskCanceled(By, at.Run, at.Step, 1, null),
                new JobEvent.TaskInterrupted(By, at.Run, at.Step, 1, null),
                new JobEvent.TaskLost(By, at.Run, at.Step, 1, null, "gone"),
                new JobEvent.TaskWaiting(By, at.Run, at.Step, Noon, "later"),
                new JobEvent.TaskRetryScheduled(By, at.Run, at.Step, Noon, 1),
                new JobEvent.ApprovalRequested(By, at.Run, at.Step, null, null, null),
                new JobEvent.ApprovalApproved(By, at.Run, at.Step, null, null),
                new JobEvent.ApprovalRejected(By, at.Run, at.Step, "no", true),
                new JobEvent.ApprovalVoided(By, at.Run, at.Step, "moved"),
            }),
            new JobEvent.RunStarted(By, 9, "server"), new JobEvent.RunFinished(By, 0, "failed"), new JobEvent.RunAborted(By, -1),
            new JobEvent.RunPaused(By, 9), new JobEvent.RunResumed(By, 9), new JobEvent.JobRecovered(By, "journal", []),
        ];
    }
}
