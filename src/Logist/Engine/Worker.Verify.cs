using Logist.Agents;
using Logist.Core.Jobs;

namespace Logist.Engine;

/// <summary>After the worker: its checks one after another, then the review. The worker's result is safe already.</summary>
public sealed partial class Worker
{
    private void BeginVerify(Work.Verify work)
    {
        var run = State.Runs[work.Run - 1];
        var task = run.Tasks[work.Step];
        var attempt = task.Attempts[work.Attempt - 1];
        var flight = new Flight(work.Run, work.Step, work.Attempt, Job.Definition(State, run, work.Step))
        {
            Kind = attempt.Kind, Input = attempt.Input, Place = attempt.Place, Phase = FlightPhase.PreparingCheck,
        };
        _flights[(work.Run, work.Step)] = flight;
        if (flight.Definition.Checks.Count == 0)
        {
            PrepareReview(flight);
            return;
        }

        if (!flight.UsesGit)
        {
            StartCheck(flight);
            return;
        }

        var id = Id(flight);
        var trees = Trees;
        var (commit, at) = (attempt.Result!.Commit!, Now);
        var (apart, durable) = (State.Restep is not null, ResultsAreDurable);
        InBackground(() =>
        {
            flight.Place = trees.Take(id, apart || !(durable || trees.Shows(commit)));
            flight.Tree = trees.Enter(flight.Place, commit, at);
            return () => StartCheck(flight);
        });
    }

    private void StartCheck(Flight flight)
    {
        if (flight.Wish != StopWish.None)
        {
            Drop(flight);
            return;
        }

        var number = flight.ChecksDone + 1;
        flight.Phase = FlightPhase.Checking;
        Send(flight, CommandRequest(flight, flight.Definition.Checks[flight.ChecksDone], Key(flight, $"check{number}"), "check",
            $"check-{number}.log"));
    }

    private void CheckEnded(Flight flight, ProcessEnd end)
    {
        _host?.Acknowledge(flight.Execution!);
        flight.Execution = null;
        if (CommandFailure(end) is { } failure)
        {
            CheckFailed(flight, failure);
            return;
        }

        flight.ChecksDone++;
        if (flight.ChecksDone < flight.Definition.Checks.Count)
        {
            StartCheck(flight);
        }
        else if (flight.Tree is { } tree)
        {
            // What a check leaves behind is no part of the step's output, nor of the next step's input.
            var (commit, at) = (State.Runs[flight.Run - 1].Tasks[flight.Step].Attempts[flight.Attempt - 1].Result!.Commit!, Now);
            InBackground(() =>
            {
                JobTrees.Restore(tree, commit, at);
                return () => ChecksPassed(flight);
            });
        }
        else
        {
            ChecksPassed(flight);
        }
    }

    private void CheckFailed(Flight flight, Failure failure)
    {
        var (run, step, attempt) = (flight.Run, flight.Step, flight.Attempt);
        var check = flight.Definition.Checks[flight.ChecksDone];
        var name = check.Shell ?? string.Join(' ', check.Argv!);
        Report(flight, failure.Category switch
        {
            FailureCategory.Canceled => new JobCommand.ReportCanceled(Stamp, run, step, attempt, null),
            FailureCategory.Interrupted => new JobCommand.ReportInterrupted(Stamp, run, step, attempt, null),
            var category => new JobCommand.ReportFailed(Stamp, run, step, attempt,
                new Failure(category == FailureCategory.Storage ? category : FailureCategory.CheckFailed,
                    $"check \"{name}\": {failure.Message}", failure.Hint), null),
        });
    }

    private void ChecksPassed(Flight flight)
    {
        if (flight.Definition.Review is null)
        {
            Report(flight, new JobCommand.ReportSucceeded(Stamp, flight.Run, flight.Step, flight.Attempt, null));
            return;
        }

        // The review works in a copy; the tree of the checks is free for others.
        LetGo(flight);
        PrepareReview(flight);
    }

    private void PrepareReview(Flight flight)
    {
        flight.Phase = FlightPhase.PreparingReview;
        var attempt = State.Runs[flight.Run - 1].Tasks[flight.Step].Attempts[flight.Attempt - 1];
        var (commit, at) = (attempt.Result?.Commit, Now);
        var trees = flight.UsesGit ? Trees : null;
        var id = Id(flight);
        flight.Place = trees is null ? "scratch" : $"worktrees/{id.Local}-review";
        flight.Supervisor ??= Resolve(flight.Definition.Review!.Agent, State.Runs[flight.Run - 1]);
        var seesFiles = flight.Supervisor.Agent.SeesFiles;
        InBackground(() =>
        {
            var changes = new ChangesToReview("", seesFiles ? null : "");
            if (trees is not null)
            {
                changes = ChangesToReview.Read(trees.Repository, attempt.Input!, commit!, seesFiles);
                trees.Take(flight.Place);
                flight.Tree = trees.Enter(flight.Place, commit!, at);
            }

            return () => AskSupervisor(flight, changes);
        });
    }

    private void AskSupervisor(Flight flight, ChangesToReview changes)
    {
        if (flight.Wish != StopWish.None)
        {
            Drop(flight);
            return;
        }

        var call = SupervisorCall(flight, changes) with { WorkingDirectory = Directory(flight.Place) };
        switch (Prepare(flight.Supervisor!, call))
        {
            case Preparation.Ready ready:
                flight.Request = AgentRequest(flight, ready.Invocation, flight.Supervisor!, AgentRole.Supervisor, flight.Place);
                _ = Do(new JobCommand.ReportReviewStarted(Stamp, flight.Run, flight.Step, flight.Attempt), () =>
                {
                    flight.Phase = FlightPhase.Reviewing;
                    Send(flight, flight.Request);
                }, () => Drop(flight));
                break;
            case Preparation.Failed failed:
                Report(flight, new JobCommand.ReportFailed(Stamp, flight.Run, flight.Step, flight.Attempt, failed.Failure, null));
                break;
        }
    }

    private void ReviewEnded(Flight flight, ProcessEnd end)
    {
        flight.Phase = FlightPhase.Judging;
        var finished = Finished(flight, AgentRole.Supervisor, end);
        InBackground(() =>
        {
            var outcome = flight.Supervisor!.Agent.Judge(finished);
            return () => Judged(flight, Reviewed(flight, end, outcome), outcome);
        });
    }

    private WorkResult Reviewed(Flight flight, ProcessEnd end, AgentOutcome outcome)
    {
        var reviewer = flight.Supervisor!;
        var call = Call(flight, reviewer, AgentRole.Supervisor, "", flight.Definition.Review!.Model ?? reviewer.Definition.Model, 1);
        return MadeBy(Plain(end) with { Warnings = outcome.Warnings }, reviewer, call, outcome, []);
    }

    private void Judged(Flight flight, WorkResult result, AgentOutcome outcome)
    {
        var (run, step, attempt) = (flight.Run, flight.Step, flight.Attempt);
        Report(flight, outcome switch
        {
            AgentOutcome.Answered { Answer: var answer } =>
                new JobCommand.ReportReviewFinished(Stamp, run, step, attempt, answer.ActionText, answer.FeedbackOrSummary, result),
            AgentOutcome.Failed { Failure.Category: FailureCategory.Canceled } =>
                new JobCommand.ReportCanceled(Stamp, run, step, attempt, null),
            AgentOutcome.Failed { Failure.Category: FailureCategory.Interrupted } =>
                new JobCommand.ReportInterrupted(Stamp, run, step, attempt, null),
            AgentOutcome.Failed failed =>
                new JobCommand.ReportFailed(Stamp, run, step, attempt, failed.Failure, result),
            _ => throw new InvalidOperationException(),
        });
    }
}
