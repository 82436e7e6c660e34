using System.Text.Json;
using Logist.Core.Reruns;

namespace Logist.Views;

/// <summary><c>logist.plan/v1</c>: what <c>--dry-run --json</c> prints and the API answers.</summary>
public static class PlanDocument
{
    /// <param name="trees">Input trees of steps whose input commit does not exist yet, by step id.</param>
    public static void Write(Utf8JsonWriter json, ExecutionPlan plan, IReadOnlyDictionary<string, string> trees)
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.plan/v1");
        json.WriteString("job_id", plan.JobId);
        json.WriteString("kind", plan.Kind);
        json.WriteString("run_id", $"{plan.JobId}.{plan.Run}");
        json.WriteString("plan_hash", plan.Hash);
        json.WriteStartArray("steps");
        foreach (var step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("number", step.Step + 1);
            json.WriteString("step", step.Id);
            json.WriteString("action", step.Action.ToString().ToUpperInvariant());
            json.WriteString("why", step.Why);
            WriteNumber(json, "attempt_from", step.AttemptFrom);
            WriteNumber(json, "attempt_to", step.AttemptTo);
            if (step.FromRun is { } run)
            {
                json.WriteString("from_run", $"{plan.JobId}.{run}");
            }

            json.WriteString("input_commit", step.Input);
            json.WriteString("input_tree", trees.GetValueOrDefault(step.Id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (var warning in plan.Warnings)
        {
            json.WriteStartObject();
            json.WriteString("code", warning.Code);
            json.WriteString("step", warning.Step);
            json.WriteString("text", warning.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("estimate");
        json.WriteCost("cost_usd", plan.CostUsd);
        json.WritePropertyName("seconds");
        if (plan.Seconds is { } seconds)
        {
            json.WriteNumberValue(seconds);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
