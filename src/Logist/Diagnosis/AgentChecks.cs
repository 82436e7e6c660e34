using Logist.Agents;
using Logist.Core.Workflows;
using Logist.Workflows;

namespace Logist.Diagnosis;

/// <summary>Which agents can be used here. Programs are only asked for their version; nothing talks to a network.</summary>
internal static class AgentChecks
{
    // What a program needs to start at all; a login of the environment is looked for, not handed over.
    private static readonly string[] Needed = ["PATH", "HOME", "USER", "LANG", "TMPDIR"];

    /// <summary>The known agents, then what config.yaml declares. Takes no longer than the slowest of them may.</summary>
    /// <param name="variable">Values of the environment; null: not set, or to nothing.</param>
    public static async Task<IReadOnlyList<Check>> RunAsync(ProgramVersions versions, Func<string, string?> variable, ConfigFile config,
        CancellationToken ct)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Needed)
        {
            if (variable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        var known = AgentPrograms.All.Select(program => Task.Run(
            Check? () => Of(program, versions.Ask(program.Name, environment), variable, IsUsed(program.Name, config)), ct));
        var declared = config.Agents.OrderBy(agent => agent.Key, StringComparer.Ordinal)
            .Select(agent => Task.Run(() => Declared(agent.Key, agent.Value, environment, variable), ct));
        var checks = await Task.WhenAll(known.Concat(declared));
        return [.. checks.OfType<Check>()];
    }

    /// <param name="found">Null: there is no such program.</param>
    /// <param name="used">config.yaml relies on it.</param>
    internal static Check Of(AgentProgram program, (string Path, string? Version)? found, Func<string, string?> variable, bool used)
    {
        var login = Login(program, variable);
        var (from, to) = program.Tested;
        var tested = from == to ? $"{to}" : $"{from} to {to}";
        var facts = new AgentFacts(program.Name, found?.Path, found?.Version, login, tested, program.Install);
        return Judge(program, facts, used) with { Agent = facts };
    }

    private static Check Judge(AgentProgram program, AgentFacts facts, bool used)
    {
        if (facts.Path is null)
        {
            return used ? Check.Warn(program.Name, "not installed, and config.yaml uses it", program.Install)
                : Check.Info(program.Name, "not installed", program.Install);
        }

        if (Parse(facts.Version) is not { } version)
        {
            return Check.Warn(program.Name, $"{facts.Path} does not say its version", $"{program.Install}, if it does not work");
        }

        var (from, to) = program.Tested;
        var text = $"{facts.Version} ({facts.Path})";
        return version < from ? Check.Warn(program.Name, $"{text} is older than what was tested: {facts.Tested}", program.Install)
            : version.Major > to.Major ? Check.Warn(program.Name, $"{text} is a newer generation than what was tested: {facts.Tested}",
                $"npm install -g {program.Package}@{to}, if it does not work")
            : facts.Login is null ? Check.Warn(program.Name, $"{text}, but no login was found", program.Login)
            : Check.Ok(program.Name, $"{text}, login by {facts.Login}{(version > to ? $"; tested with {facts.Tested}" : "")}");
    }

    /// <summary>Agents that config.yaml declares with a program or a key of their own.</summary>
    private static Check? Declared(string name, AgentDefinition agent, Dictionary<string, string> environment,
        Func<string, string?> variable)
    {
        var line = $"agent {name}";
        if (agent.KeyVariable is { } key && !agent.Env.Values.ContainsKey(key))
        {
            return variable(key) is null ? Check.Warn(line, $"{key} is not set", $"export {key}=…")
                : Check.Ok(line, $"{agent.Provider}, key by {key}");
        }

        return agent.Command is not [var program, ..] ? null
            : ProgramVersions.Find(program, environment) is { } path ? Check.Ok(line, $"{agent.Provider} ({path})")
            : Check.Warn(line, $"there is no program {program}", "install it, or mend config.yaml");
    }

    private static bool IsUsed(string provider, ConfigFile config) =>
        config.Agent == provider && !config.Agents.ContainsKey(provider)
        || config.Agents.Values.Any(agent => agent.Provider == provider && agent.Command.Count == 0);

    /// <summary>Only whether there is something: no secret is read.</summary>
    private static string? Login(AgentProgram program, Func<string, string?> variable)
    {
        if (program.Keys.FirstOrDefault(name => variable(name) is not null) is { } key)
        {
            return key;
        }

        var (moves, directory, file) = program.Credentials;
        var place = moves is not null && variable(moves) is { } moved ? moved
            : variable("HOME") is { } home ? Path.Combine(home, directory) : null;
        return place is not null && Path.Combine(place, file) is var path && File.Exists(path) ? path : null;
    }

    private static Version? Parse(string? version)
    {
        var end = 0;
        while (version is not null && end < version.Length && (char.IsAsciiDigit(version[end]) || version[end] == '.'))
        {
            end++;
        }

        return Version.TryParse(version?[..end].TrimEnd('.'), out var parsed) ? parsed : null;
    }
}
