using System.Text.Json;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Reads by tokens: a document model or a serializer would cost more than the rest of a command's start.</summary>
internal static partial class CompiledWorkflowReader
{
    internal static WorkflowDefinition Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes);
            _ = json.Read();
            var workflow = ReadWorkflow(ref json);
            return !json.Read() ? workflow : throw new JsonException("more follows after the end");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            // The reader throws InvalidOperationException for a wrong token type and for half a surrogate.
            throw new LogistException(new Problem(ErrorKind.Corrupt, "a compiled workflow cannot be read", e.Message), e);
        }
    }

    private static WorkflowDefinition ReadWorkflow(ref Utf8JsonReader json)
    {
        string? name = null, description = null, schema = null;
        var steps = new List<StepDefinition>();
        var agents = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
        var parameters = new Dictionary<string, ParamDefinition>(StringComparer.Ordinal);
        var instructions = Instructions.BuiltIn;
        Budget? budget = null;
        int? maxParallel = null;
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            switch (json.GetString())
            {
                case "schema": schema = Text(ref json); break;
                case "name": name = Text(ref json); break;
                case "description": description = Text(ref json); break;
                case "params": ReadParams(ref json, parameters); break;
                case "agents": ReadAgents(ref json, agents); break;
                case "instructions": instructions = ReadInstructions(ref json); break;
                case "budget": budget = ReadBudget(ref json); break;
                case "max_parallel": maxParallel = (int)Number(ref json); break;
                case "steps":
                    _ = json.Read();
                    for (Enter(ref json, JsonTokenType.StartArray); json.Read() && json.TokenType != JsonTokenType.EndArray;)
                    {
                        steps.Add(ReadStep(ref json));
                    }

                    break;
                default: throw Unknown(ref json);
            }
        }

        return schema != CompiledWorkflow.Schema
            ? throw new JsonException($"schema is \"{schema}\", not \"{CompiledWorkflow.Schema}\": made by another version?")
            : new WorkflowDefinition(name ?? throw new JsonException("name is missing"), steps)
            {
                Description = description, Params = parameters, Agents = agents, Instructions = instructions, Budget = budget,
                MaxParallel = maxParallel,
            };
    }

    // One object, filled by init accessors: 'with' would copy a step of 20 fields for each of them.
    private static StepDefinition ReadStep(ref Utf8JsonReader json)
    {
        string? id = null, title = null, description = null, prompt = null, agent = null, model = null, workspace = null, interrupt = null,
            effects = null;
        List<string> needs = [], keep = [], evidence = [], fallback = [];
        List<RunAction> checks = [];
        RunAction? run = null;
        ReviewDefinition? review = null;
        ApprovalDefinition? approval = null;
        Budget? budget = null;
        var retry = RetryPolicy.None;
        var env = StepEnvironment.Empty;
        TimeSpan? timeout = null, inactivity = null;
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            switch (json.GetString())
            {
                case "id": id = Text(ref json); break;
                case "title": title = Text(ref json); break;
                case "description": description = Text(ref json); break;
                case "needs": needs = Texts(ref json); break;
                case "run": _ = json.Read(); run = Command(ref json); break;
                case "prompt": prompt = Text(ref json); break;
                case "agent": agent = Text(ref json); break;
                case "model": model = Text(ref json); break;
                case "fallback": fallback = Texts(ref json); break;
                case "review": review = ReadReview(ref json); break;
                case "checks": checks = Commands(ref json); break;
                case "retry": retry = ReadRetry(ref json); break;
                case "timeout_ms": timeout = Time(ref json); break;
                case "inactivity_timeout_ms": inactivity = Time(ref json); break;
                case "workspace": workspace = Text(ref json); break;
                case "keep": keep = Texts(ref json); break;
                case "evidence": evidence = Texts(ref json); break;
                case "env": env = ReadEnvironment(ref json); break;
                case "approval": approval = ReadApproval(ref json); break;
                case "on_interrupt": interrupt = Text(ref json); break;
                case "side_effects": effects = Text(ref json); break;
                case "budget": budget = ReadBudget(ref json); break;
                default: throw Unknown(ref json);
            }
        }

        return new StepDefinition(id ?? throw new JsonException("a step has no id"))
        {
            Title = title, Description = description, Needs = needs, Run = run, Prompt = prompt, Agent = agent, Model = model,
                Fallback = fallback, Review = review,
            Checks = checks, Retry = retry, Timeout = timeout, InactivityTimeout = inactivity,
            Workspace = workspace is null ? WorkspaceMode.Git : WorkspaceMode.None, Keep = keep, Evidence = evidence, Env = env,
                Approval = approval,
            OnInterrupt = interrupt switch { null => null, "retry" => InterruptPolicy.Retry, "fail" => InterruptPolicy.Fail, _ =>
                InterruptPolicy.Ask },
            ExternalSideEffects = effects is not null, Budget = budget,
        };
    }

    private static void Enter(ref Utf8JsonReader json, JsonTokenType expected)
    {
        if (json.TokenType != expected)
        {
            throw new JsonException($"{expected} expected at byte {json.TokenStartIndex}, found {json.TokenType}");
        }
    }

    private static bool Next(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    private static string Text(ref Utf8JsonReader json) =>
        (json.Read() ? json.GetString() : null) ?? throw new JsonException($"text expected at byte {json.TokenStartIndex}");

    private static long Number(ref Utf8JsonReader json) => json.Read() ? json.GetInt64() : 0;

    private static TimeSpan Time(ref Utf8JsonReader json) => TimeSpan.FromTicks(checked(Number(ref json) * TimeSpan.TicksPerMillisecond));

    private static List<string> Texts(ref Utf8JsonReader json)
    {
        _ = json.Read();
        return Items(ref json);
    }

    private static List<string> Items(ref Utf8JsonReader json)
    {
        var items = new List<string>();
        for (Enter(ref json, JsonTokenType.StartArray); json.Read() && json.TokenType != JsonTokenType.EndArray;)
        {
            items.Add(json.GetString() ?? throw new JsonException($"text expected at byte {json.TokenStartIndex}"));
        }

        return items;
    }

    private static JsonException Unknown(ref Utf8JsonReader json) =>
        new($"unknown member \"{json.GetString()}\" at byte {json.TokenStartIndex}: made by a newer version?");
}
