using System.Text.Json;
using Logist.Core.Workflows;

namespace Logist.Workflows;

internal static partial class CompiledWorkflowReader
{
    private static void ReadParams(ref Utf8JsonReader json, Dictionary<string, ParamDefinition> all)
    {
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            var name = json.GetString()!;
            var param = new ParamDefinition(false, null);
            _ = json.Read();
            for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
            {
                param = json.GetString() switch
                {
                    "required" => param with { Required = json.Read() && json.GetBoolean() },
                    "default" => param with { Default = Text(ref json) },
                    "description" => param with { Description = Text(ref json) },
                    _ => throw Unknown(ref json),
                };
            }

            all[name] = param;
        }
    }

    private static void ReadAgents(ref Utf8JsonReader json, Dictionary<string, AgentDefinition> all)
    {
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            var name = json.GetString()!;
            var agent = new AgentDefinition("");
            _ = json.Read();
            for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
            {
                agent = json.GetString() switch
                {
                    "provider" => agent with { Provider = Text(ref json) },
                    "command" => agent with { Command = Texts(ref json) },
                    "prompt" => agent with { Delivery = Text(ref json) == "argument" ? PromptDelivery.Argument : PromptDelivery.File },
                    "args" => agent with { Arguments = Texts(ref json) },
                    "url" => agent with { Url = Text(ref json) },
                    "key_env" => agent with { KeyVariable = Text(ref json) },
                    "script" => agent with { Script = Text(ref json) },
                    "model" => agent with { Model = Text(ref json) },
                    "env" => agent with { Env = ReadEnvironment(ref json) },
                    _ => throw Unknown(ref json),
                };
            }

            all[name] = agent;
        }
    }

    private static Instructions ReadInstructions(ref Utf8JsonReader json)
    {
        var instructions = Instructions.BuiltIn;
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            instructions = json.GetString() switch
            {
                "worker" => instructions with { Worker = Text(ref json) },
                "supervisor" => instructions with { Supervisor = Text(ref json) },
                _ => throw Unknown(ref json),
            };
        }

        return instructions;
    }

    private static RunAction Command(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.StartArray ? new RunAction(null, Items(ref json)) : new RunAction(json.GetString(), null);

    private static List<RunAction> Commands(ref Utf8JsonReader json)
    {
        var all = new List<RunAction>();
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartArray); json.Read() && json.TokenType != JsonTokenType.EndArray;)
        {
            all.Add(Command(ref json));
        }

        return all;
    }

    private static ReviewDefinition ReadReview(ref Utf8JsonReader json)
    {
        var review = new ReviewDefinition("");
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            review = json.GetString() switch
            {
                "agent" => review with { Agent = Text(ref json) },
                "rounds" => review with { Rounds = (int)Number(ref json) },
                "model" => review with { Model = Text(ref json) },
                "prompt" => review with { Prompt = Text(ref json) },
                _ => throw Unknown(ref json),
            };
        }

        return review;
    }

    private static RetryPolicy ReadRetry(ref Utf8JsonReader json)
    {
        var retry = RetryPolicy.None;
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            retry = json.GetString() switch
            {
                "max_attempts" => retry with { MaxAttempts = (int)Number(ref json) },
                "initial_ms" => retry with { Initial = Time(ref json) },
                "factor" => retry with { Factor = json.Read() ? json.GetDouble() : 0 },
                "max_ms" => retry with { Max = Time(ref json) },
                _ => throw Unknown(ref json),
            };
        }

        return retry;
    }

    private static StepEnvironment ReadEnvironment(ref Utf8JsonReader json)
    {
        List<string> pass = [];
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            switch (json.GetString())
            {
                case "pass": pass = Texts(ref json); break;
                case "values":
                    _ = json.Read();
                    for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
                    {
                        var name = json.GetString()!;
                        values[name] = Text(ref json);
                    }

                    break;
                default: throw Unknown(ref json);
            }
        }

        return new StepEnvironment(pass, values);
    }

    private static ApprovalDefinition ReadApproval(ref Utf8JsonReader json)
    {
        string? message = null;
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            message = json.ValueTextEquals("message"u8) ? Text(ref json) : throw Unknown(ref json);
        }

        return new ApprovalDefinition(message);
    }

    private static Budget ReadBudget(ref Utf8JsonReader json)
    {
        var budget = new Budget();
        _ = json.Read();
        for (Enter(ref json, JsonTokenType.StartObject); Next(ref json);)
        {
            budget = json.GetString() switch
            {
                "max_cost_usd" => budget with { MaxCostUsd = json.Read() ? json.GetDecimal() : 0 },
                "max_tokens" => budget with { MaxTokens = Number(ref json) },
                "max_time_ms" => budget with { MaxTime = Time(ref json) },
                "max_iterations" => budget with { MaxIterations = (int)Number(ref json) },
                _ => throw Unknown(ref json),
            };
        }

        return budget;
    }
}
