using System.Text.Json;
using Logist.Agents;
using Logist.Agents.Streams;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Files;
using Microsoft.Win32.SafeHandles;

namespace Logist.Models;

/// <summary>A model's answer, as far as its endpoint told; unknown is null.</summary>
internal sealed record ModelReply(string Text, string? Model, Usage? Usage)
{
    /// <summary>Why the text is not all that the model had to say; null: it is.</summary>
    public string? Stopped { get; init; }
}

/// <summary>
/// Asks a model once, in a process of its own: under the step host it outlives whoever started it, and the step's limits end it. What
/// happens is printed as <see cref="OwnStreamWriter"/> does it; the last line is the final event.
/// </summary>
public static class ModelRequest
{
    private const int Failed = 1;

    // What endpoints say that do not know structured output.
    private const int BadRequest = 400, Unprocessable = 422;

    /// <param name="args">The call file.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken ct)
    {
        using var output = new SafeFileHandle(1, ownsHandle: false);
        var events = new OwnStreamWriter(output);
        AgentError? error;
        try
        {
            var call = ModelCall.Load(args[0]);
            events.Write(new AgentEvent.Session(null, call.Model, null));
            error = await AskAsync(call, events, ct);
        }
        catch (LogistException e)
        {
            error = new AgentError($"{e.Problem.What}: {e.Problem.Why}");
        }

        events.Write(new AgentEvent.Final(null, error));
        return error is null ? 0 : Failed;
    }

    private static async Task<AgentError?> AskAsync(ModelCall call, OwnStreamWriter events, CancellationToken ct)
    {
        var prompt = OwnFiles.TryReadText(call.PromptFile, int.MaxValue);
        if (prompt is null)
        {
            return new AgentError($"the prompt cannot be read: {call.PromptFile}");
        }

        var variable = call.KeyVariable ?? ModelAgent.UsualKey(call.Provider);
        var key = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(key))
        {
            // An endpoint of one's own may want none; the packages do.
            if (call.Url is null || call.KeyVariable is not null)
            {
                return new AgentError($"no API key: the variable {variable} is not set", null, "auth");
            }

            key = "none";
        }

        using var watch = new ResponseWatch();
        try
        {
            Tell(await AskAsync(call, prompt, key, watch, schema: true, ct), events);
        }
        catch (Exception e) when (e is not UnfinishedException && watch.Status is BadRequest or Unprocessable)
        {
            events.Write(new AgentEvent.Warning($"the endpoint refused to be given the form of the answer: {watch.Error(e).Message}"));
            return await AgainAsync(call, prompt, key, watch, events, ct);
        }
#pragma warning disable CA1031 // Whatever the packages throw at an endpoint's words is one failed call, told with what was received.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Told(e, watch);
        }

        return null;
    }

    private static async Task<AgentError?> AgainAsync(ModelCall call, string prompt, string key, ResponseWatch watch,
        OwnStreamWriter events, CancellationToken ct)
    {
        try
        {
            Tell(await AskAsync(call, prompt, key, watch, schema: false, ct), events);
            return null;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Told(e, watch);
        }
    }

    private static Task<ModelReply> AskAsync(ModelCall call, string prompt, string key, ResponseWatch watch, bool schema,
        CancellationToken ct) => call.Provider switch
    {
        ModelAgent.Anthropic => AnthropicEndpoint.AskAsync(call, prompt, key, watch, schema, ct),
        ModelAgent.OpenAi => OpenAiEndpoint.AskAsync(call, prompt, key, watch, schema, ct),
        var other => throw new LogistException(ErrorKind.Internal, $"no endpoint is of the kind {other}"),
    };

    private static void Tell(ModelReply reply, OwnStreamWriter events)
    {
        if (reply.Model is { Length: > 0 } model)
        {
            events.Write(new AgentEvent.Session(null, model, null));
        }

        if (reply.Text.Length > 0)
        {
            events.Write(new AgentEvent.Text(reply.Text));
        }

        if (reply.Usage is { } usage)
        {
            events.Write(new AgentEvent.Spent(usage, UsageScope.Call));
        }

        if (reply.Stopped is { } reason)
        {
            throw new UnfinishedException(reason);
        }
    }

    private static AgentError Told(Exception e, ResponseWatch watch) => e is UnfinishedException
        ? new AgentError($"the model stopped before it was done: {e.Message}", null, e.Message) : watch.Error(e);
}

/// <summary>The model ended its answer early; the message is its endpoint's word for why.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1064", Justification = "It never leaves the request.")]
internal sealed class UnfinishedException(string reason) : Exception(reason);

/// <summary>The form of an answer, for endpoints that make a model keep to it.</summary>
internal static class AnswerForm
{
    public const string Name = "answer";

    // Strict endpoints want every member required and none besides.
    public const string Schema =
        """
        {"type":"object","additionalProperties":false,"required":["action","evidence_files","summary_for_supervisor","feedback"],
        "properties":{"action":{"type":"string","enum":["COMPLETED","RETRY","STUCK"]},
        "evidence_files":{"type":"array","items":{"type":"string"}},
        "summary_for_supervisor":{"type":"string"},"feedback":{"type":"string"}}}
        """;

    public static Dictionary<string, JsonElement> Members()
    {
        using var document = JsonDocument.Parse(Schema);
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            members[member.Name] = member.Value.Clone();
        }

        return members;
    }
}
