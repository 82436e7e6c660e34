using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Maps are written in ordinal order of their keys, so that equal workflows give equal bytes.</summary>
internal static class CompiledWorkflowWriter
{
    internal static byte[] Write(WorkflowDefinition workflow)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            WriteWorkflow(json, workflow);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteWorkflow(Utf8JsonWriter json, WorkflowDefinition workflow)
    {
        json.WriteStartObject();
        json.WriteString("schema"u8, CompiledWorkflow.Schema);
        json.WriteString("name"u8, workflow.Name);
        Text(json, "description"u8, workflow.Description);
        if (workflow.Params.Count > 0)
        {
            json.WriteStartObject("params"u8);
            foreach (var (name, param) in Ordered(workflow.Params))
            {
                json.WriteStartObject(name);
                Flag(json, "required"u8, param.Required);
                Text(json, "default"u8, param.Default);
                Text(json, "description"u8, param.Description);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (workflow.Agents.Count > 0)
        {
            json.WriteStartObject("agents"u8);
            foreach (var (name, agent) in Ordered(workflow.Agents))
            {
                json.WritePropertyName(name);
                WriteAgent(json, agent);
            }

            json.WriteEndObject();
        }

        if (workflow.Instructions != Instructions.BuiltIn)
        {
            json.WriteStartObject("instructions"u8);
            Text(json, "worker"u8, workflow.Instructions.Worker);
            Text(json, "supervisor"u8, workflow.Instructions.Supervisor);
            json.WriteEndObject();
        }

        WriteBudget(json, workflow.Budget);
        Number(json, "max_parallel"u8, workflow.MaxParallel);
        json.WriteStartArray("steps"u8);
        foreach (var step in workflow.Steps)
        {
            WriteStep(json, step);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, StepDefinition step)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, step.Id);
        Text(json, "title"u8, step.Title);
        Text(json, "description"u8, step.Description);
        Texts(json, "needs"u8, step.Needs);
        if (step.Run is not null)
        {
            json.WritePropertyName("run"u8);
            WriteCommand(json, step.Run);
        }

        Text(json, "prompt"u8, step.Prompt);
        Text(json, "agent"u8, step.Agent);
        Text(json, "model"u8, step.Model);
        Texts(json, "fallback"u8, step.Fallback);
        WriteReview(json, step.Review);
        if (step.Checks.Count > 0)
        {
            json.WriteStartArray("checks"u8);
            foreach (var check in step.Checks)
            {
                WriteCommand(json, check);
            }

            json.WriteEndArray();
        }

        WriteRetry(json, step.Retry);
        Time(json, "timeout_ms"u8, step.Timeout);
        Time(json, "inactivity_timeout_ms"u8, step.InactivityTimeout);
        Text(json, "workspace"u8, step.Workspace == WorkspaceMode.None ? "none" : null);
        Texts(json, "keep"u8, step.Keep);
        Texts(json, "evidence"u8, step.Evidence);
        WriteEnvironment(json, step.Env);
        if (step.Approval is not null)
        {
            json.WriteStartObject("approval"u8);
            Text(json, "message"u8, step.Approval.Message);
            json.WriteEndObject();
        }

        Text(json, "on_interrupt"u8, step.OnInterrupt switch
        {
            null => null, InterruptPolicy.Retry => "retry", InterruptPolicy.Fail => "fail", _ => "ask",
        });
        Text(json, "side_effects"u8, step.ExternalSideEffects ? "external" : null);
        WriteBudget(json, step.Budget);
        json.WriteEndObject();
    }

    private static void WriteAgent(Utf8JsonWriter json, AgentDefinition agent)
    {
        json.WriteStartObject();
        json.WriteString("provider"u8, agent.Provider);
        Texts(json, "command"u8, agent.Command);
        Text(json, "prompt"u8, agent.Delivery switch { PromptDelivery.Stdin => null, PromptDelivery.Argument => "argument", _ => "file" });
        Texts(json, "args"u8, agent.Arguments);
        Text(json, "url"u8, agent.Url);
        Text(json, "key_env"u8, agent.KeyVariable);
        Text(json, "script"u8, agent.Script);
        Text(json, "model"u8, agent.Model);
        WriteEnvironment(json, agent.Env);
        json.WriteEndObject();
    }

    private static void WriteCommand(Utf8JsonWriter json, RunAction command)
    {
        if (command.Argv is null)
        {
            json.WriteStringValue(command.Shell);
            return;
        }

        json.WriteStartArray();
        foreach (var argument in command.Argv)
        {
            json.WriteStringValue(argument);
        }

        json.WriteEndArray();
    }

    private static void WriteReview(Utf8JsonWriter json, ReviewDefinition? review)
    {
        if (review is null)
        {
            return;
        }

        json.WriteStartObject("review"u8);
        json.WriteString("agent"u8, review.Agent);
        json.WriteNumber("rounds"u8, review.Rounds);
        Text(json, "model"u8, review.Model);
        Text(json, "prompt"u8, review.Prompt);
        json.WriteEndObject();
    }

    private static void WriteRetry(Utf8JsonWriter json, RetryPolicy retry)
    {
        if (retry == RetryPolicy.None)
        {
            return;
        }

        json.WriteStartObject("retry"u8);
        json.WriteNumber("max_attempts"u8, retry.MaxAttempts);
        json.WriteNumber("initial_ms"u8, (long)retry.Initial.TotalMilliseconds);
        json.WriteNumber("factor"u8, retry.Factor);
        json.WriteNumber("max_ms"u8, (long)retry.Max.TotalMilliseconds);
        json.WriteEndObject();
    }

    private static void WriteEnvironment(Utf8JsonWriter json, StepEnvironment env)
    {
        if (env.PassThrough.Count == 0 && env.Values.Count == 0)
        {
            return;
        }

        json.WriteStartObject("env"u8);
        Texts(json, "pass"u8, env.PassThrough);
        if (env.Values.Count > 0)
        {
            json.WriteStartObject("values"u8);
            foreach (var (name, value) in Ordered(env.Values))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteBudget(Utf8JsonWriter json, Budget? budget)
    {
        if (budget is null)
        {
            return;
        }

        json.WriteStartObject("budget"u8);
        if (budget.MaxCostUsd is { } cost)
        {
            // 5.0 and 5 are equal amounts: dividing by a one of full scale drops the zeros at the end.
            json.WriteNumber("max_cost_usd"u8, cost / 1.0000000000000000000000000000m);
        }

        Number(json, "max_tokens"u8, budget.MaxTokens);
        Time(json, "max_time_ms"u8, budget.MaxTime);
        Number(json, "max_iterations"u8, budget.MaxIterations);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void Flag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? value) =>
        Number(json, name, (long?)value?.TotalMilliseconds);

    private static List<KeyValuePair<string, T>> Ordered<T>(IReadOnlyDictionary<string, T> map)
    {
        var ordered = new List<KeyValuePair<string, T>>(map);
        ordered.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return ordered;
    }
}
