using System.Text.Json;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Views;

/// <summary>One attempt in <c>logist.inspect/v1</c>: who did it, from what, with which result, at what cost.</summary>
public static class InspectAttempt
{
    /// <param name="ids"><see cref="InspectDocument.Ids"/> of the job.</param>
    /// <param name="more">Adds members of its own.</param>
    public static void Write(Utf8JsonWriter json, AttemptId id, AttemptState attempt, JobLayout layout,
        IReadOnlyDictionary<AttemptState, AttemptId> ids, Action<Utf8JsonWriter>? more = null)
    {
        var result = attempt.Result;
        json.WriteStartObject();
        json.WriteString("id", id.ToString());
        json.WriteNumber("number", attempt.Number);
        json.WriteString("kind", EventJson.NameOf(attempt.Kind));
        json.WriteString("status", attempt.Status.ToString().ToLowerInvariant());
        json.WriteString("agent", attempt.Agent);
        json.WriteString("provider", result?.Provider);
        json.WriteString("model", result?.Model ?? attempt.Model);
        json.WriteString("version", result?.Version);
        json.WriteString("session", result?.Session);
        json.WriteString("resumed_session", attempt.Session);
        json.WriteTime("started_at", attempt.Result?.StartedAt ?? attempt.ScheduledAt);
        json.WriteTime("finished_at", attempt.FinishedAt);
        InspectDocument.WriteNumber(json, "exit_code", result?.ExitCode);
        json.WriteString("input_commit", attempt.Input);
        json.WriteString("output_commit", result?.Commit);
        WriteList(json, "evidence", result?.Evidence ?? []);
        json.WriteString("prompt_path", IfThere(AgentFiles.Prompt(AgentRole.Worker, layout.Attempt(id))));
        json.WriteString("prompt_hash", result?.PromptHash);
        json.WriteString("output_path", IfThere(AgentFiles.Log(AgentRole.Worker, layout.Attempt(id))));
        WriteResponse(json, result);
        WriteUsage(json, "usage", result?.Usage);
        WriteList(json, "warnings", result?.Warnings ?? []);
        json.WriteCost("cost_usd", attempt.CostUsd);
        WriteFailure(json, attempt.Failure);
        WriteReview(json, attempt, layout.Attempt(id));
        json.WriteString("requested_by", attempt.RequestedBy);
        json.WriteString("reason", attempt.Reason);
        json.WriteString("why", attempt.Why);
        json.WriteString("plan_hash", attempt.PlanHash);
        WriteDifference(json, attempt.Difference);
        json.WriteStartArray("used");
        foreach (var used in attempt.Used)
        {
            json.WriteStringValue(ids.TryGetValue(used.Attempt, out var from) ? from.ToString() : used.Step);
        }

        json.WriteEndArray();
        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>Only what was different from the step's definition.</summary>
    private static void WriteDifference(Utf8JsonWriter json, AttemptDifference? difference)
    {
        json.WriteStartObject("difference");
        foreach (var (name, value) in ((string, string?)[])[("agent", difference?.Agent), ("model", difference?.Model),
            ("prompt_append", difference?.PromptAppend), ("workflow_sha", difference?.WorkflowSha)])
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter json, WorkResult? result)
    {
        if (result?.Action is null)
        {
            json.WriteNull("response");
            return;
        }

        json.WriteStartObject("response");
        json.WriteString("action", result.Action);
        json.WriteString("summary_for_supervisor", result.Summary);
        json.WriteEndObject();
    }

    /// <summary>Unknown is null, member by member.</summary>
    public static void WriteUsage(Utf8JsonWriter json, string name, Usage? usage)
    {
        if (usage is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        InspectDocument.WriteNumber(json, "tokens_in", usage.TokensIn);
        InspectDocument.WriteNumber(json, "tokens_cached", usage.TokensCached);
        InspectDocument.WriteNumber(json, "tokens_out", usage.TokensOut);
        InspectDocument.WriteNumber(json, "tokens_reasoning", usage.TokensReasoning);
        json.WriteCost("cost_usd", usage.CostUsd);
        json.WriteBoolean("cost_is_estimated", usage.Estimated);
        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, Failure? failure)
    {
        if (failure is null)
        {
            json.WriteNull("failure");
            return;
        }

        json.WriteStartObject("failure");
        json.WriteString("category", failure.Category);
        json.WriteString("message", failure.Message);
        json.WriteString("hint", failure.Hint);
        json.WriteEndObject();
    }

    private static void WriteReview(Utf8JsonWriter json, AttemptState attempt, string directory)
    {
        if (attempt.ReviewAction is null)
        {
            json.WriteNull("review");
            return;
        }

        json.WriteStartObject("review");
        json.WriteString("agent", attempt.Reviewer);
        json.WriteString("action", attempt.ReviewAction);
        json.WriteString("summary", attempt.ReviewSummary);
        json.WriteString("provider", attempt.Review?.Provider);
        json.WriteString("model", attempt.Review?.Model);
        json.WriteString("version", attempt.Review?.Version);
        json.WriteString("session", attempt.Review?.Session);
        json.WriteString("prompt_path", IfThere(AgentFiles.Prompt(AgentRole.Supervisor, directory)));
        json.WriteString("prompt_hash", attempt.Review?.PromptHash);
        json.WriteString("output_path", IfThere(AgentFiles.Log(AgentRole.Supervisor, directory)));
        WriteUsage(json, "usage", attempt.Review?.Usage);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string? IfThere(string path) => File.Exists(path) ? path : null;
}
