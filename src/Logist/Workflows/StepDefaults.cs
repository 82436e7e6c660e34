using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>What holds for steps that say nothing: the file's <c>defaults</c>, else config.yaml, overridden by what the caller
/// names.</summary>
internal sealed class StepDefaults
{
    private readonly Node? _node;
    private readonly KnownAgents _agents;
    private readonly string? _model;
    private readonly Node? _fallback;

    internal StepDefaults(Node? node, ConfigFile? config, string? agent, string? model, KnownAgents agents, Diagnostics problems)
    {
        _node = node is { Kind: NodeKind.Map } ? node : null;
        _agents = agents;
        var own = _node?["agent"];
        if (own is not null)
        {
            CheckWorker(own, problems);
        }

        Agent = agent ?? own?.Text ?? config?.Agent;
        if ((agent is not null || own is null) && Agent is not null && agents.NoWorker(Agent) is var (wrong, hint))
        {
            problems.Error((Node?)null, wrong, hint);
        }

        _fallback = _node?["fallback"];
        _ = FallbackOf(_fallback, own?.Text, problems);

        // A model belongs to the agent it was written for: the workflow's model says nothing about another default agent.
        _model = model ?? (Agent == own?.Text || own is null ? _node?["model"]?.Text : null)
            ?? (Agent == config?.Agent ? config?.Model : null);
        CheckEnvironment(_node?["env"], problems);
        Env = EnvironmentRules.Read(_node?["env"]);
        Timeout = Duration(_node?["timeout"]);
        InactivityTimeout = Duration(_node?["inactivity_timeout"]);
        Budget = BudgetOf(_node?["budget"], problems);
    }

    internal string? Agent { get; }

    internal StepEnvironment Env { get; }

    internal TimeSpan? Timeout { get; }

    internal TimeSpan? InactivityTimeout { get; }

    /// <summary>Of each agent step that has none of its own.</summary>
    internal Budget? Budget { get; }

    internal bool NoWorkspace => _node?["workspace"]?.Text == "none";

    internal Node? ReviewNode => _node?["review"];

    internal string? ModelFor(string? agent) => agent == Agent || Agent is null ? _model : null;

    /// <summary>What is named must exist; for who only reviews.</summary>
    internal void CheckAgent(Node node, Diagnostics problems)
    {
        // Once the report is full nobody reads another, and each costs a look at every name.
        if (!problems.IsFull && node.Kind == NodeKind.Scalar && !string.IsNullOrWhiteSpace(node.Text)
            && _agents.Unknown(node.Text) is { } hint)
        {
            problems.Error(node, $"unknown agent {Node.Quote(node.Text)}", hint);
        }
    }

    /// <inheritdoc cref="CheckAgent"/>
    internal void CheckWorker(Node node, Diagnostics problems)
    {
        if (!problems.IsFull && node.Kind == NodeKind.Scalar && !string.IsNullOrWhiteSpace(node.Text)
            && _agents.NoWorker(node.Text) is var (wrong, hint))
        {
            problems.Error(node, wrong, hint);
        }
    }

    /// <summary>Who takes over from an agent: the step's own list, else the common one without the agent itself.</summary>
    internal IReadOnlyList<string> Fallback(Node? own, string? agent, Diagnostics problems)
    {
        var names = own is null ? Names(_fallback) : FallbackOf(own, agent, problems);
        return agent is null || !names.Contains(agent) ? names : names.FindAll(name => name != agent);
    }

    private List<string> FallbackOf(Node? node, string? agent, Diagnostics problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in Items(node))
        {
            if (item.Text == agent)
            {
                problems.Error(item, $"fallback: {Node.Quote(item.Text)} is the agent itself", "name another one, or remove it");
            }
            else if (!seen.Add(item.Text))
            {
                problems.Error(item, $"fallback: {Node.Quote(item.Text)} stands there twice", "remove one");
            }
            else
            {
                CheckWorker(item, problems);
            }
        }

        return Names(node);
    }

    private static List<Node> Items(Node? node) => node is null ? [] : node.Kind == NodeKind.Scalar ? [node] : node.Items;

    private static List<string> Names(Node? node) => Items(node).ConvertAll(item => item.Text);

    /// <summary>The step's own fields, then the defaults', then the built-in ones.</summary>
    internal RetryPolicy Retry(Node? own, Diagnostics problems)
    {
        var common = _node?["retry"];
        if (own is null && common is null)
        {
            return RetryPolicy.None;
        }

        Node? Pause(string key) => own?["backoff"]?[key] ?? common?["backoff"]?[key];
        var attempts = (own?["max_attempts"] ?? common?["max_attempts"]) is { Kind: NodeKind.Scalar } n ? Scalars.Whole(n) : null;
        var factor = Pause("factor") is { Kind: NodeKind.Scalar } f ? Scalars.Number(f) : null;
        var (first, last) = (Duration(Pause("initial")), Duration(Pause("max")));
        if (first > last)
        {
            problems.Error(Pause("initial"), $"backoff: initial ({Pause("initial")!.Text}) is longer than max ({Pause("max")!.Text})",
                "raise max");
        }

        // Only one of the two was written: the other's default gives way.
        var initial = first ?? Min(RetryPolicy.None.Initial, last ?? TimeSpan.MaxValue);
        var max = last ?? (first > RetryPolicy.None.Max ? first.Value : RetryPolicy.None.Max);
        return new RetryPolicy((int)Math.Clamp(attempts ?? RetryPolicy.None.MaxAttempts, 1, 100), initial, (double)(factor ?? 2), max);
    }

    internal static Budget? BudgetOf(Node? node, Diagnostics problems)
    {
        if (node is not { Kind: NodeKind.Map })
        {
            return null;
        }

        if (node.Entries.Count == 0)
        {
            problems.Error(node, "budget has no limit", "add max_cost_usd, max_tokens, max_time or max_iterations");
        }

        Node? Field(string key) => node[key] is { Kind: NodeKind.Scalar } field ? field : null;
        return new Budget(
            Field("max_cost_usd") is { } cost ? Scalars.Number(cost) : null,
            Field("max_tokens") is { } tokens ? Scalars.Whole(tokens) : null,
            Duration(Field("max_time")),
            Field("max_iterations") is { } n ? (int?)Math.Min(Scalars.Whole(n) ?? 0, int.MaxValue) : null);
    }

    internal static void CheckEnvironment(Node? env, Diagnostics problems)
    {
        if (env is not null && EnvironmentRules.TooMany(env))
        {
            problems.Error(env, $"env: more than {EnvironmentRules.MaxVariables} variables", "put them into a file");
            return;
        }

        foreach (var variable in env?.Entries ?? [])
        {
            TemplateCheck.Refuse(variable.Value, "env", problems);
            if (EnvironmentRules.Value(variable.Key.Text, variable.Value.Text) is var (wrong, hint))
            {
                problems.Error(variable.Value, wrong, hint);
            }
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan? Duration(Node? node) => node is { Kind: NodeKind.Scalar } ? Scalars.Duration(node.Text) : null;
}
