using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Processes;

namespace Logist.Engine;

/// <summary>From the plan's "start" to a process under the host: input, tree, prompt, the durable intent, the launch.</summary>
public sealed partial class Worker
{
    private readonly AttemptEnvironment _environment;
    private readonly AgentCatalogue _agents;
    private JobTrees? _trees;
    private bool _scratchMade;

    /// <summary>Trees on their way back to the pool.</summary>
    private int _releasing;

    private JobTrees Trees => _trees ??= new JobTrees(_layout, State.Created!);

    /// <summary>A command without files costs nothing to hold ahead in the host and nothing to withdraw.</summary>
    private bool IsCheap(Work.Start work) => State.Run!.Workflow.Steps[work.Step] is { Workspace: WorkspaceMode.None, IsAgent: false };

    /// <summary>Steps that are ready by the journal, so that the plan names them, but have begun already.</summary>
    private int Preparing()
    {
        var count = 0;
        foreach (var flight in _flights.Values)
        {
            count += flight.Phase == FlightPhase.Preparing ? 1 : 0;
        }

        return count;
    }

    private bool BeginStart(Work.Start work, bool ahead)
    {
        var run = State.Run!;
        var flight = new Flight(work.Run, work.Step, work.Attempt, Job.Definition(State, run, work.Step))
        {
            Kind = work.Kind, Ahead = ahead,
        };
        _flights[(work.Run, work.Step)] = flight;

        // A new host takes 30 ms to come up: it does so while the intent is made durable.
        _ = Host();
        if (!flight.UsesGit && !flight.Definition.IsAgent)
        {
            flight.Request = CommandRequest(flight, flight.Definition.Run!, Key(flight, "worker"), "worker", "output.log");
            return Schedule(flight);
        }

        if (flight.Definition.IsAgent && State.Restep is null)
        {
            flight.GoOnFrom = Job.Resumable(run, work.Step, WorkerName(flight));
            flight.Session = flight.GoOnFrom?.Result!.Session;
            flight.Pending = run.Tasks[work.Step].HumanChange is { } change ? [change] : [];
        }

        Prepare(flight, flight.UsesGit ? JobTrees.Ask(State, run, work.Step, work.Kind) : null);
        return false;
    }

    /// <summary>Everything slow before the intent: merge, working tree, prompt. Given no question, the input is known (a repeated
    /// start).</summary>
    private void Prepare(Flight flight, InputQuestion? question)
    {
        var (id, at) = (Id(flight), Now);
        var trees = flight.UsesGit ? Trees : null;
        var call = flight.Definition.IsAgent ? WorkerCall(flight) : null;
        var (apart, durable) = (State.Restep is not null, ResultsAreDurable);
        InBackground(() =>
        {
            if (trees is not null)
            {
                if (question is not null && !GoesOn(flight, trees, question, durable))
                {
                    switch (trees.Find(question))
                    {
                        case StepInput.Ready ready:
                            flight.Input = ready.Commit;
                            break;
                        case StepInput.Conflict conflict:
                            var marked = conflict.Marked is not { } commit ? null
                                : new WorkResult { Commit = commit, Tree = trees.Repository.TreeOf(commit) };
                            return () => FailBeforeStart(flight, conflict.Failure, marked);
                    }

                    flight.Place = trees.Take(id, apart || !(durable || trees.Shows(flight.Input!)));
                }

                flight.Tree = trees.Enter(flight.Place, flight.Input!, at);
            }

            if (call is null)
            {
                return () =>
                    Prepared(flight, CommandRequest(flight, flight.Definition.Run!, Key(flight, "worker"), "worker", "output.log"));
            }

            call = call with { WorkingDirectory = Directory(flight.Place), Session = flight.Session };
            return Prepare(flight.Worker!, call) switch
            {
                Preparation.Ready ready => () =>
                    Prepared(flight, AgentRequest(flight, ready.Invocation, flight.Worker!, AgentRole.Worker, flight.Place)),
                Preparation.Failed failed => () => FailBeforeStart(flight, failed.Failure, null),
                _ => throw new InvalidOperationException(),
            };
        });
    }

    /// <summary>
    /// Takes the tree and the directory of the attempt whose session goes on. Where that cannot be (the directory is in use, a person's
    /// change contradicts), a fresh session starts from the step's input.
    /// </summary>
    private bool GoesOn(Flight flight, JobTrees trees, InputQuestion question, bool durable)
    {
        if (flight.GoOnFrom is { Result.Commit: { } left, Place: var place }
            && trees.Find(question with { Needs = [], Fixed = left, Changes = flight.Pending }) is StepInput.Ready { Commit: var input })
        {
            flight.Place = trees.Take(Id(flight), !(durable || trees.Shows(input)), rather: place);
            if (flight.Place == place)
            {
                flight.Input = input;
                return true;
            }

            trees.GiveBack(flight.Place);
        }

        flight.Session = null;
        return false;
    }

    private void Prepared(Flight flight, StartRequest request)
    {
        flight.Request = request;
        if (flight.Attempt <= State.Runs[flight.Run - 1].Tasks[flight.Step].Attempts.Count)
        {
            // The intent is durable since before a crash: the same attempt, at last.
            Launch(flight);
        }
        else if (flight.Wish != StopWish.None)
        {
            Drop(flight);
        }
        else
        {
            _ = Schedule(flight);
        }
    }

    private bool Schedule(Flight flight) => Do(Intent(flight), () => Launch(flight), () => Drop(flight));

    private JobCommand.Schedule Intent(Flight flight) =>
        new(Stamp, flight.Run, flight.Step, flight.Attempt, flight.Kind, flight.Input, flight.Place)
    {
        Agent = flight.Worker?.Name, Model = flight.Worker is null ? null : Model(flight), Session = flight.Session,
    };

    /// <summary>It could not even be started: an attempt all the same, so that history tells.</summary>
    /// <param name="result">What there is to look at all the same.</param>
    private void FailBeforeStart(Flight flight, Failure failure, WorkResult? result)
    {
        if (flight.Attempt > State.Runs[flight.Run - 1].Tasks[flight.Step].Attempts.Count && !Do(Intent(flight)))
        {
            Drop(flight);
            return;
        }

        _ = Do(new JobCommand.ReportFailed(Stamp, flight.Run, flight.Step, flight.Attempt, failure, result));
        Drop(flight);
    }

    private void Launch(Flight flight)
    {
        flight.Phase = FlightPhase.Working;
        Send(flight, flight.Request!);
    }

    private void Send(Flight flight, StartRequest request)
    {
        flight.Execution = request.Execution;
        flight.Started = false;
        _executions[request.Execution] = flight;
        var host = Host();
        host.Start(request);
        if (flight.Wish != StopWish.None)
        {
            host.Stop(request.Execution, Grace);
        }
    }

    private StepHostClient Host() => _host ??= StepHostClient.Connect(_layout, _slots);

    private TimeSpan Grace => State.CancelRequested?.GraceMs is { } ms ? TimeSpan.FromMilliseconds(ms) : _options.Grace;

    private void Drop(Flight flight)
    {
        _ = _flights.Remove((flight.Run, flight.Step));
        if (flight.Execution is { } execution)
        {
            _ = _executions.Remove(execution);
        }

        LetGo(flight);
    }

    /// <summary>The working tree is free for others. A tree of the attempt's own goes back to the pool, unless a person may want to look at
    /// it.</summary>
    private void LetGo(Flight flight)
    {
        if (flight.Tree is not { } tree)
        {
            return;
        }

        flight.Tree = null;
        if (flight.Place == JobTrees.Workspace)
        {
            Trees.GiveBack(flight.Place);
            return;
        }

        var (trees, place, at) = (Trees, flight.Place, Now);
        WhenDurable(() =>
        {
            _releasing++;
            InBackground(() =>
            {
                _ = tree.Release(at);
                trees.GiveBack(place);
                return () => _releasing--;
            });
        });
    }

    private AttemptId Id(Flight flight) => new(_id.Value, flight.Run, flight.Definition.Id, flight.Attempt);

    /// <summary>Name of a process in the step host: stable, so that a repeated start never launches it twice.</summary>
    private string Key(Flight flight, string part) => $"{Id(flight).Local}/{part}";

    private static string WorkerPart(int turn) => turn == 1 ? "worker" : $"worker{turn}";

    /// <summary>Each review of an attempt is a process of its own: the exit of one that failed is not that of the next.</summary>
    private static string ReviewPart(AttemptState attempt) =>
        attempt.ReviewFailures == 0 ? "review" : $"review{attempt.ReviewFailures + 1}";

    private string Directory(string place) => Path.Combine(_layout.Directory, place);
}
