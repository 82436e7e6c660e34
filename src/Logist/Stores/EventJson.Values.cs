using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Stores;

public static partial class EventJson
{
    private static void Write(Utf8JsonWriter w, WorkResult? result)
    {
        if (result is null)
        {
            return;
        }

        w.WriteStartObject("result"u8);
        Number(w, "exit_code"u8, result.ExitCode);
        if (result.StartedAt is { } started)
        {
            WriteTime(w, "started_at"u8, started);
        }

        Number(w, "duration_ms"u8, result.DurationMs == 0 ? null : result.DurationMs);
        Text(w, "commit"u8, result.Commit);
        Text(w, "tree"u8, result.Tree);
        Text(w, "action"u8, result.Action);
        Text(w, "summary"u8, result.Summary);
        List(w, "evidence"u8, result.Evidence);
        Text(w, "session"u8, result.Session);
        Text(w, "provider"u8, result.Provider);
        Text(w, "model"u8, result.Model);
        Text(w, "version"u8, result.Version);
        Text(w, "prompt_hash"u8, result.PromptHash);
        Write(w, result.Usage);
        List(w, "warnings"u8, result.Warnings);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, Failure failure)
    {
        w.WriteStartObject("failure"u8);
        w.WriteString("category"u8, failure.Category);
        w.WriteString("message"u8, failure.Message);
        Text(w, "hint"u8, failure.Hint);
        if (failure.RetryAt is { } at)
        {
            WriteTime(w, "retry_at"u8, at);
        }

        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, Usage? usage)
    {
        if (usage is null)
        {
            return;
        }

        w.WriteStartObject("usage"u8);
        Number(w, "tokens_in"u8, usage.TokensIn);
        Number(w, "tokens_cached"u8, usage.TokensCached);
        Number(w, "tokens_out"u8, usage.TokensOut);
        Number(w, "tokens_reasoning"u8, usage.TokensReasoning);
        Amount(w, "cost_usd"u8, usage.CostUsd);
        Flag(w, "estimated"u8, usage.Estimated);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, Owner owner)
    {
        w.WriteStartObject("owner"u8);
        w.WriteString("name"u8, owner.Name);
        w.WriteString("host"u8, owner.Host);
        w.WriteNumber("pid"u8, owner.Pid);
        w.WriteString("boot_id"u8, owner.BootId);
        Number(w, "start_time"u8, owner.StartTime == 0 ? null : owner.StartTime);
        w.WriteEndObject();
    }

    private static void Step(Utf8JsonWriter w, int run, string step, int? attempt = null)
    {
        w.WriteNumber("run"u8, run);
        w.WriteString("step"u8, step);
        Number(w, "attempt"u8, attempt);
    }

    private static void Text(Utf8JsonWriter w, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            w.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter w, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            w.WriteNumber(name, number);
        }
    }

    private static void Amount(Utf8JsonWriter w, ReadOnlySpan<byte> name, decimal? value)
    {
        if (value is { } amount)
        {
            w.WriteNumber(name, amount);
        }
    }

    private static void Flag(Utf8JsonWriter w, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            w.WriteBoolean(name, value);
        }
    }

    private static void List(Utf8JsonWriter w, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        w.WriteStartArray(name);
        foreach (var value in values)
        {
            w.WriteStringValue(value);
        }

        w.WriteEndArray();
    }

    private static void Map(Utf8JsonWriter w, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        w.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            w.WriteString(key, value);
        }

        w.WriteEndObject();
    }
}
