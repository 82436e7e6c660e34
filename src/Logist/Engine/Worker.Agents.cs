using System.Collections.Concurrent;
using Logist.Agents;
using Logist.Core.Jobs;
using Logist.Files;

namespace Logist.Engine;

/// <summary>Prompts of workers and supervisors, and the calls made of them.</summary>
public sealed partial class Worker
{
    private readonly ConcurrentDictionary<string, Task<string?>> _versions = new(StringComparer.Ordinal);

    /// <summary>A step's model is one of its own agent's; another that takes its place has its own.</summary>
    private string? Model(Flight flight) => State.Restep?.Request.Difference?.Model ?? _options.Model
        ?? (flight.Worker?.Name == OwnAgent(flight) ? flight.Definition.Model : null) ?? flight.Worker?.Definition.Model;

    private string WorkerName(Flight flight)
    {
        var task = State.Run!.Tasks[flight.Step];

        // Who took over goes on, unless a person names another when the job is driven again.
        var takesOver = task.NextKind == AttemptKind.Recovery ? null : task.NextAgent;
        return State.Restep?.Request.Difference?.Agent ?? (State.Restep is null ? takesOver : null) ?? _options.Agent
            ?? (State.Restep is null ? task.NextAgent : null) ?? OwnAgent(flight);
    }

    private string OwnAgent(Flight flight) => flight.Definition.Agent ?? State.Run!.Created.Agent ?? "";

    /// <summary>The workflow's own agents, and those of the user's configuration.</summary>
    private ResolvedAgent Resolve(string name, RunState run)
    {
        var declared = (State.Restep?.Request.Workflow ?? run.Workflow).Agents;
        return _agents.Resolve(name, declared.ContainsKey(name) ? declared : _services.Agents);
    }

    /// <summary>The worker's call with the exact text it gets; reads state, so on the loop's thread. Its directory comes with its
    /// tree.</summary>
    private AgentCall WorkerCall(Flight flight)
    {
        var run = State.Runs[flight.Run - 1];
        flight.Worker ??= Resolve(WorkerName(flight), run);
        var task = run.Tasks[flight.Step];
        var isScheduled = task.Attempts.Count >= flight.Attempt;
        var round = flight.Kind != AttemptKind.ReviewRound ? 1 : isScheduled ? task.Rounds : task.Rounds + 1;
        var prompt = PromptFacts.ForWorker(Id(flight), State, run, flight.Step, Values(flight), round);
        return Call(flight, flight.Worker, AgentRole.Worker, prompt, Model(flight), round);
    }

    private AgentCall SupervisorCall(Flight flight, ChangesToReview changes)
    {
        var run = State.Runs[flight.Run - 1];
        var review = flight.Definition.Review!;
        flight.Supervisor ??= Resolve(review.Agent, run);
        return Call(flight, flight.Supervisor, AgentRole.Supervisor,
            PromptFacts.ForSupervisor(Id(flight), State, run, flight.Step, Values(flight), changes),
            review.Model ?? flight.Supervisor.Definition.Model, run.Tasks[flight.Step].Rounds);
    }

    private AgentCall Call(Flight flight, ResolvedAgent agent, AgentRole role, string prompt, string? model, int round) =>
        new(role, Id(flight), agent.Name, agent.Definition, prompt, "", _layout.Attempt(Id(flight))) { Model = model, Round = round };

    /// <summary>Writes the prompt and asks the adapter for its command line; beside the loop.</summary>
    private Preparation Prepare(ResolvedAgent agent, AgentCall call)
    {
        // Some programs take seconds to say their version: they have the time that the work takes.
        _ = VersionAsync(agent);
        OwnFiles.Write(call.PromptFile, System.Text.Encoding.UTF8.GetBytes(call.Prompt));
        return agent.Agent.Prepare(call);
    }

    private Task<string?> VersionAsync(ResolvedAgent agent) =>
        _services.Versions is { } versions && agent.Agent.Program is { } name
            ? _versions.GetOrAdd(agent.Definition.Command is [var program, ..] ? program : name,
                key => versions.OfAsync(key, _environment.OfAnyProgram(), CancellationToken.None))
            : Task.FromResult<string?>(null);

    private Finished Finished(Flight flight, AgentRole role, ProcessEnd end, int turn = 1)
    {
        var task = State.Runs[flight.Run - 1].Tasks[flight.Step];
        var session = role == AgentRole.Worker ? task.Attempt(flight.Attempt)?.Session : null;
        var directory = _layout.Attempt(Id(flight));
        return new Finished(role, Id(flight), end.Code, end.Signal, end.Reason, AgentFiles.Log(role, directory, turn),
            Directory(flight.Place), directory)
        {
            Detail = end.Detail, Turn = turn, Resumed = session,
            SpentBefore = session is null ? null : task.Attempts.Where(a => a.Number < flight.Attempt && a.Result?.Session == session)
                .Aggregate((Usage?)null, (sum, attempt) => Usage.Sum(sum, attempt.Result!.Usage)),
        };
    }
}
