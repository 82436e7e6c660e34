using Logist.Agents;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Files;
using Logist.Processes;
using Logist.Workflows;

namespace Logist.Engine;

/// <summary>What the step host is asked to start: command line, environment, directory, limits.</summary>
public sealed partial class Worker
{
    private StartRequest CommandRequest(Flight flight, RunAction action, string key, string role, string log)
    {
        var id = Id(flight);
        var values = Values(flight);
        IReadOnlyList<string> argv;
        IReadOnlyDictionary<string, string> variables = Invocation.NoEnvironment;
        if (action.Shell is { } line)
        {
            (line, variables) = Templates.ForShell(line, values);
            argv = ["/bin/sh", "-c", line];
        }
        else
        {
            argv = [.. action.Argv!.Select(a => Templates.ForArgv(a, values))];
        }

        return Request(flight, key, argv, null, _environment.For(flight.Definition.Env, id, role, flight.Input, variables), log,
            flight.Place);
    }

    private StartRequest AgentRequest(Flight flight, Invocation invocation, ResolvedAgent agent, AgentRole role, string place)
    {
        var attempt = State.Runs[flight.Run - 1].Tasks[flight.Step].Attempt(flight.Attempt);
        var (part, word) = role == AgentRole.Worker ? (WorkerPart(flight.Turn), "worker") : (ReviewPart(attempt!), "supervisor");
        var log = Path.GetFileName(AgentFiles.Log(role, "", role == AgentRole.Worker ? flight.Turn : 1));

        // What the adapter sets is a default: the user's own setting of the same variable counts.
        var own = new StepEnvironment(agent.Agent.PassThrough, invocation.ExtraEnvironment.Where(variable =>
            !(agent.Agent.PassThrough.Contains(variable.Key) && _services.Environment.ContainsKey(variable.Key))).ToDictionary());
        var named = EnvironmentRules.Merge(EnvironmentRules.Merge(own, flight.Definition.Env), agent.Definition.Env);
        var environment = _environment.For(named, Id(flight), word, flight.Input);
        return Request(flight, Key(flight, part), invocation.Argv, invocation.StdinFile, environment, log, place);
    }

    private StartRequest Request(Flight flight, string key, IReadOnlyList<string> argv, string? stdin, IReadOnlyList<string> environment,
        string log, string place)
    {
        if (!flight.UsesGit && !_scratchMade)
        {
            OwnFiles.MakeDirectory(_layout.Scratch);
            _scratchMade = true;
        }

        return new StartRequest(key, Id(flight).ToString(), argv, Directory(place), environment, stdin,
            Path.Combine(_layout.Attempt(Id(flight)), log), flight.Definition.Timeout, flight.Silence, _options.Grace);
    }

    private TemplateValues Values(Flight flight)
    {
        var run = State.Runs[flight.Run - 1];
        return new TemplateValues(_id.Value, flight.Run, run.Created.Params,
            step => Accepted(run, step)?.Commit, step => Accepted(run, step)?.Summary);
    }

    private static WorkResult? Accepted(RunState run, string step) =>
        run.Workflow.IndexOf(step) is >= 0 and var index ? run.Tasks[index].Accepted?.Result : null;
}
