using Logist.Agents;
using Logist.Core.Jobs;
using Logist.Git;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>From an ended process to the attempt's report: what it answered, its tree as a commit, and whether that counts.</summary>
public sealed partial class Worker
{
    private void TakeIn(List<HostEvent> events)
    {
        foreach (var happened in events)
        {
            switch (happened)
            {
                case HostEvent.Started e when _executions.TryGetValue(e.Execution, out var flight) && !flight.Started:
                    flight.Started = true;
                    flight.Ahead = false;
                    if (flight.Phase == FlightPhase.Working)
                    {
                        _ = Do(new JobCommand.ReportStarted(Stamp, flight.Run, flight.Step, flight.Attempt, e.Pid, e.StartTime),
                            lazy: true);
                    }

                    break;
                case HostEvent.Exited e when _executions.Remove(e.Execution, out var flight):
                    Ended(flight, ProcessEnd.Of(e, flight));
                    break;
                case HostEvent.StartFailed e when _executions.Remove(e.Execution, out var flight):
                    Ended(flight, ProcessEnd.Of(e));
                    break;
                case HostEvent.Withdrawn e when _executions.Remove(e.Execution, out var flight):
                    Ended(flight, new ProcessEnd(null, null, flight.Wish == StopWish.Cancel ? EndReason.Canceled : EndReason.Interrupted,
                        null, 0));
                    break;
                case HostEvent.Gone e:
                    HostIsGone(e.Why);
                    break;
                case HostEvent.Exited e:
                    // Of an earlier owner, reported already.
                    _host!.Acknowledge(e.Execution);
                    break;
                default:
                    break;
            }
        }
    }

    private void Ended(Flight flight, ProcessEnd end)
    {
        flight.Ahead = false;
        switch (flight.Phase)
        {
            case FlightPhase.Working:
                Harvest(flight, end);
                break;
            case FlightPhase.Checking:
                CheckEnded(flight, end);
                break;
            case FlightPhase.Reviewing:
                ReviewEnded(flight, end);
                break;
            default:
                break;
        }
    }

    private void Harvest(Flight flight, ProcessEnd end)
    {
        flight.Phase = FlightPhase.Harvesting;
        if (flight.Tree is null && flight.Worker is null && flight.Definition.Evidence.Count == 0)
        {
            Harvested(flight, Plain(end), CommandFailure(end));
            return;
        }

        var warnings = new List<string>();
        var at = Now;
        var trees = flight.Tree is null ? null : Trees;
        var finished = flight.Worker is null ? null : Finished(flight, AgentRole.Worker, end, flight.Turn);
        var call = flight.Worker is null ? null : Call(flight, flight.Worker, AgentRole.Worker, "", Model(flight), 1) with
        {
            Turn = flight.Turn, WorkingDirectory = Directory(flight.Place),
        };
        InBackground(() =>
        {
            var (outcome, earlier) = finished is null ? (null, []) : Judge(flight.Worker!, finished);
            if (outcome is not null && GoOnInSession(flight, call!, end, outcome, earlier) is { } nextTurn)
            {
                return nextTurn;
            }

            var failure = outcome is null ? CommandFailure(end) : (outcome as AgentOutcome.Failed)?.Failure;
            var result = Answered(Plain(end) with { DurationMs = end.DurationMs + flight.BeforeMs }, outcome, warnings);
            result = outcome is null ? result : MadeBy(result, flight.Worker!, call!, outcome, earlier);
            if (failure is null && outcome is AgentOutcome.Answered { Answer.Action: not AnswerAction.Completed } answered)
            {
                failure = AgentSays(answered.Answer);
            }

            var evidence = RequiredEvidence.Find(Directory(flight.Place), flight.Definition.Evidence, out var missing);
            failure ??= missing;
            result = result with { Evidence = [.. result.Evidence.Union(evidence, StringComparer.Ordinal)] };
            if (flight.Tree is { } tree)
            {
                var own = trees!.Repository.ImportAgentCommits(tree, flight.Input!, out var warning);
                if (warning is not null)
                {
                    warnings.Add(warning);
                }

                var snapshot = tree.Snapshot(Commit(flight, at, result.Evidence) with { SecondParent = own });
                warnings.AddRange(snapshot.Warnings);
                result = result with { Commit = snapshot.Commit, Tree = snapshot.Tree };
            }

            result = result with { Warnings = warnings };
            return () => Harvested(flight, result, failure);
        });
    }

    private void Harvested(Flight flight, WorkResult result, Failure? failure)
    {
        var (run, step, attempt) = (flight.Run, flight.Step, flight.Attempt);
        JobCommand report = failure switch
        {
            { Category: FailureCategory.Canceled } => new JobCommand.ReportCanceled(Stamp, run, step, attempt, result),
            { Category: FailureCategory.Interrupted } => new JobCommand.ReportInterrupted(Stamp, run, step, attempt, result),
            not null => new JobCommand.ReportFailed(Stamp, run, step, attempt, failure, result),
            _ when flight.Definition.Checks.Count > 0 || flight.Definition.Review is not null =>
                new JobCommand.ReportWorkerFinished(Stamp, run, step, attempt, result),
            _ => new JobCommand.ReportSucceeded(Stamp, run, step, attempt, result),
        };
        Report(flight, report);
    }

    /// <summary>Reports and lets go; once the report is durable the host may forget the process.</summary>
    private void Report(Flight flight, JobCommand report)
    {
        Action? forget = flight.Execution is not { } execution ? null : () =>
        {
            flight.Before.ForEach(before => _host?.Acknowledge(before));
            _host?.Acknowledge(execution);
        };
        _ = Do(report, forget, forget);
        Drop(flight);
    }

    private SnapshotRequest Commit(Flight flight, DateTimeOffset at, IReadOnlyList<string> evidence) => new()
    {
        Parent = flight.Input!,
        Message = $"{flight.Definition.Title ?? flight.Definition.Id} ({_id.Value})",
        At = at,
        Trailers = Trailers(flight.Run, flight.Definition.Id, flight.Attempt),
        Keep = flight.Definition.Keep,
        Evidence = evidence,
    };

    private KeyValuePair<string, string>[] Trailers(int run, string step, int attempt) =>
    [
        new("Logist-Job", _id.Value), new("Logist-Run", run.ToString()), new("Logist-Step", step),
            new("Logist-Attempt", attempt.ToString()),
    ];

    private static WorkResult Plain(ProcessEnd end) =>
        new() { ExitCode = end.ExitCode, StartedAt = end.StartedAt, DurationMs = end.DurationMs };

    private static WorkResult Answered(WorkResult result, AgentOutcome? outcome, List<string> warnings)
    {
        switch (outcome)
        {
            case AgentOutcome.Answered { Answer: var answer }:
                warnings.AddRange(outcome.Warnings);
                warnings.AddRange(answer.Notes);
                return result with { Action = answer.ActionText, Summary = answer.Summary, Evidence = answer.Evidence };
            case AgentOutcome.Failed:
                warnings.AddRange(outcome.Warnings);
                return result;
            default:
                return result;
        }
    }

    private static Failure AgentSays(Answer answer) => answer.Action == AnswerAction.Stuck
        ? new Failure(FailureCategory.AgentStuck, answer.Summary is { Length: > 0 } why ? $"the agent is stuck: {why}"
            : "the agent is stuck")
        : new Failure(FailureCategory.AgentError, answer.Summary is { Length: > 0 } text ? $"the agent asks for a new try: {text}"
            : "the agent asks for a new try");

    private static Failure? CommandFailure(ProcessEnd end) => end.Reason switch
    {
        EndReason.NotStarted => new Failure(FailureCategory.MissingTool, $"it could not be started: {end.Detail}",
            "install the program or correct run: in the workflow"),
        EndReason.NoStorage => new Failure(FailureCategory.Storage, $"it could not be started: {end.Detail}", Failure.MakeRoom),
        EndReason.Timeout =>
            new Failure(FailureCategory.Timeout, $"it ran longer than allowed ({end.Detail})", "raise timeout: of the step"),
        EndReason.Inactivity => new Failure(FailureCategory.Timeout, $"it printed nothing for longer than allowed ({end.Detail})",
            "raise inactivity_timeout: of the step"),
        EndReason.Canceled => new Failure(FailureCategory.Canceled, "canceled"),
        EndReason.Interrupted => new Failure(FailureCategory.Interrupted, "interrupted"),
        _ when end.Signal is { } signal => new Failure(FailureCategory.CommandFailed, $"ended by signal {signal}"),
        _ when end.Code != 0 => new Failure(FailureCategory.CommandFailed, $"exit code {end.Code}"),
        _ => null,
    };
}
