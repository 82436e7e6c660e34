using Logist.Agents;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>The user's own <c>config.yaml</c>: agents, defaults and prices for all workflows.</summary>
public sealed record ConfigFile(IReadOnlyDictionary<string, AgentDefinition> Agents, string? Agent, string? Model)
{
    /// <summary>The user's prices before the built-in ones.</summary>
    public Prices Prices { get; init; } = Prices.BuiltIn;

    public static readonly ConfigFile Empty = new(new Dictionary<string, AgentDefinition>(StringComparer.Ordinal), null, null);

    /// <param name="home">LOGIST_HOME, absolute. A missing file is an empty configuration.</param>
    public static ConfigResult Load(string home)
    {
        var file = Path.Combine(home, "config.yaml");
        if (!Path.Exists(file))
        {
            return new ConfigResult(file, Empty, []);
        }

        var problems = new Diagnostics(file);
        var (text, wrong) = TextFile.Read(file, WorkflowShape.MaxTextFileBytes);
        if (text is null)
        {
            problems.Error((Node?)null, $"the file {wrong}");
            return new ConfigResult(file, null, problems.Sorted());
        }

        // A file with nothing but comments, as one gets by commenting out all of it.
        if (IsBlank(text))
        {
            return new ConfigResult(file, Empty, []);
        }

        var config = YamlNodes.Read(text, problems) is { } root ? Read(root, Path.GetFullPath(home), problems) : null;
        return new ConfigResult(file, problems.HasErrors ? null : config, problems.Sorted());
    }

    private static ConfigFile Read(Node root, string home, Diagnostics problems)
    {
        WorkflowShape.Config.Check(root, new ShapeCheck(problems));
        var agents = AgentDeclarations.Read(root["agents"], home, problems);
        var agent = root["defaults"]?["agent"];
        var known = new KnownAgents((root["agents"]?.Entries ?? []).Select(e => e.Key.Text).ToHashSet(), agents);
        if (agent is { Kind: NodeKind.Scalar } && known.NoWorker(agent.Text) is var (wrong, hint))
        {
            problems.Error(agent, wrong, hint);
        }

        return new ConfigFile(agents, agent?.Text, root["defaults"]?["model"]?.Text) { Prices = PricesOf(root["prices"]) };
    }

    private static Prices PricesOf(Node? node)
    {
        var own = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);
        foreach (var (name, price) in node?.Entries ?? [])
        {
            decimal? Of(string key) => price[key] is { Kind: NodeKind.Scalar } amount ? Scalars.Number(amount) : null;
            own[name.Text] = new ModelPrice(Of("input") ?? 0, Of("output") ?? 0) { Cached = Of("cached") };
        }

        return new Prices(own);
    }

    private static bool IsBlank(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var content = line.TrimStart();
            if (!content.IsEmpty && content[0] != '#')
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The configuration is null when there is an error.</summary>
public sealed record ConfigResult(string File, ConfigFile? Config, IReadOnlyList<Diagnostic> Problems)
{
    /// <exception cref="LogistException">InvalidConfig, all errors in its text.</exception>
    public ConfigFile OrThrow() => Config ?? throw new LogistException(Diagnostics.ToProblem(ErrorKind.InvalidConfig, File, Problems));
}
