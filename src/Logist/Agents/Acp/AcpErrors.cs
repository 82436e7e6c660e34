using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Logist.Agents.Cli;
using Logist.Agents.Streams;

namespace Logist.Agents.Acp;

/// <summary>The call cannot go on; what the final event says.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the client.")]
internal sealed class AcpException(AgentError error, int exitCode = AcpException.Failed) : Exception(error.Message)
{
    public const int Failed = 1, NoProgram = 127, Terminated = 143;

    public AgentError Error { get; } = error;

    public int ExitCode { get; } = exitCode;

    /// <summary>The agent itself refused a request, and neither login nor endpoint is why.</summary>
    public bool IsRefusal { get; init; }
}

/// <summary>Kinds of <see cref="AgentError"/> that the client itself gives.</summary>
internal static class AcpErrors
{
    public const string MissingTool = "missing_tool", Crashed = "crashed", Protocol = "protocol", SessionLost = "session_lost",
        Cancelled = "cancelled", Auth = "auth";

    /// <summary>Words in the message of every error of the kind <see cref="SessionLost"/>.</summary>
    public static readonly string[] SessionLostWords = ["cannot be resumed:", "cannot resume a session"];

    private const int AuthRequired = -32000, NotFound = 404;

    /// <summary>An error answer to a request.</summary>
    public static AcpException Refusal(JsonElement error)
    {
        var read = From(error);
        return new AcpException(read) { IsRefusal = read.Kind != Auth && read.Status is null or NotFound };
    }

    /// <summary>
    /// An error answer as the agents really send them: the code is the endpoint's HTTP status, or the protocol's own, which says
    /// little (one agent answers a refused key with "internal error"); the text says what happened, in the message or the data.
    /// </summary>
    public static AgentError From(JsonElement error)
    {
        var message = error.Text("message") ?? "the agent gave no reason";
        var data = error.At("data");
        var detail = data.AsText() ?? data.FirstText("details", "message", "errorMessage", "error");
        if (detail is { Length: > 0 } && !message.Contains(detail, StringComparison.Ordinal))
        {
            message = $"{message}: {detail}";
        }

        var code = error.At("code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
        var status = code is >= 400 and < 600 ? code : data.Status("status") ?? data.Status("statusCode");
        var login = code == AuthRequired && message.Contains("auth", StringComparison.OrdinalIgnoreCase);
        var read = ErrorBody.Read(message);
        return read with { Status = read.Status ?? status, Kind = login ? Auth : read.Kind };
    }
}
