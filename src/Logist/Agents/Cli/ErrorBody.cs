using System.Text;
using Logist.Agents.Streams;

namespace Logist.Agents.Cli;

/// <summary>Error messages that hold an endpoint's answer: <c>[API Error: {"error":{"code":401,"message":"…","status":"…"}}]</c>.</summary>
internal static class ErrorBody
{
    // Some endpoints put JSON as text into the message of their JSON.
    private const int MaxNested = 3;

    public static AgentError Read(string message)
    {
        var error = new AgentError(message) { RetryAfter = RetryTime.Delay(message) };
        for (var nested = 0; nested < MaxNested; nested++)
        {
            var bytes = Encoding.UTF8.GetBytes(error.Message);
            var start = Array.IndexOf(bytes, (byte)'{');
            if (start < 0 || !JsonObjectScan.TryRead(bytes.AsSpan(start), out var length, out _))
            {
                return error;
            }

            using var document = JsonLine.TryParse(bytes.AsSpan(start, length));
            var root = document?.RootElement ?? default;
            var body = root.At("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } inner ? inner : root;
            if (body.FirstText("message", "detail") is not { } said)
            {
                return error;
            }

            error = error with
            {
                Message = said,
                Status = body.Status("code") ?? body.Status("statusCode") ?? error.Status,
                Kind = body.FirstText("type", "status") ?? body.Text("code") ?? error.Kind,
            };
        }

        return error;
    }
}
