using System.Text.Json;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Engine;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Cli.Views;

/// <summary>Who does an attempt and how it is called.</summary>
internal sealed record AgentPreview(string Name, string? Model)
{
    public string? Provider { get; init; }

    /// <summary>What the workflow puts in place of the agent's usual program; empty: nothing.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>The session that it would go on with.</summary>
    public string? Session { get; init; }

    public ModelPrice? Price { get; init; }

    /// <summary>Variables of its process besides those of the step.</summary>
    public StepEnvironment Environment { get; init; } = StepEnvironment.Empty;

    /// <summary>Variables that its declaration asks for.</summary>
    public IReadOnlyList<string> Named { get; init; } = [];

    /// <summary>Why it could not be started.</summary>
    public string? Problem { get; init; }

    /// <param name="past">Null: the attempt that would come next.</param>
    public static AgentPreview? Of(RunState run, TaskState task, AttemptState? past, EngineServices services)
    {
        var step = run.Workflow.Steps[task.Step];
        var own = step.Agent ?? run.Created.Agent;
        if (!step.IsAgent || (past is null ? task.NextAgent ?? own : past.Agent ?? own) is not { } name)
        {
            return null;
        }

        var preview = new AgentPreview(name, past?.Model ?? (name == own ? step.Model : null))
        {
            Fallback = step.Fallback,
            Session = past is null ? Job.Resumable(run, task.Step, name)?.Result?.Session : null,
        };
        try
        {
            var declared = run.Workflow.Agents.ContainsKey(name) ? run.Workflow.Agents : services.Agents;
            var agent = new AgentCatalogue(services.OwnProgram).ResolveWorker(name, declared);
            var model = preview.Model ?? agent.Definition.Model;
            return preview with
            {
                Model = model, Provider = agent.Definition.Provider, Command = agent.Definition.Command,
                Arguments = agent.Definition.Arguments, Named = agent.Definition.Env.PassThrough,
                Price = model is null ? null : services.Prices.Find(model),
                Environment = EnvironmentRules.Merge(
                    new StepEnvironment(agent.Agent.PassThrough, Invocation.NoEnvironment), agent.Definition.Env),
            };
        }
        catch (LogistException e)
        {
            return preview with { Problem = e.Problem.What };
        }
    }

    public IEnumerable<string> Lines()
    {
        yield return $"agent:       {Name}{(Model is null ? "" : $" ({Model})")}";
        if (Problem is not null)
        {
            yield return $"problem:     {Problem}";
        }

        if (Provider is not null && (Provider != Name || Command.Count > 0 || Arguments.Count > 0))
        {
            yield return $"driven as:   {Provider}{Words(", program", Command)}{Words(", arguments", Arguments)}";
        }

        if (Fallback.Count > 0)
        {
            yield return $"fallback:    {string.Join(", ", Fallback)}";
        }

        if (Session is not null)
        {
            yield return $"session:     goes on with {Session}";
        }

        if (Price is { } price)
        {
            yield return $"price:       ${price.Input} in, ${price.Cached ?? price.Input} cached, ${price.Output} out for a million tokens";
        }
    }

    /// <summary>Members of the preview's object, besides name and model.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("provider", Provider);
        Write(json, "program", Command);
        Write(json, "arguments", Arguments);
        Write(json, "fallback", Fallback);
        json.WriteString("session", Session);
        json.WriteString("problem", Problem);
        json.WritePropertyName("price");
        if (Price is not { } price)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteCost("input_usd", price.Input);
        json.WriteCost("cached_usd", price.Cached ?? price.Input);
        json.WriteCost("output_usd", price.Output);
        json.WriteEndObject();
    }

    private static string Words(string label, IReadOnlyList<string> words) =>
        words.Count == 0 ? "" : $"{label} {string.Join(' ', words.Select(Preview.Quoted))}";

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }
}
