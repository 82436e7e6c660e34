using Logist.Core.Jobs;

namespace Logist.Agents.Streams;

/// <summary>What to tell people about an agent program whose failures are mapped.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Install">How to get the program, a sentence for a hint; null: nobody knows.</param>
/// <param name="Login">How to log in, a sentence for a hint.</param>
internal sealed record AgentAdvice(string Name, string? Install, string Login)
{
    /// <summary>Words of an error that says that the session to resume does not exist.</summary>
    public IReadOnlyList<string> SessionLost { get; init; } = [];
}

/// <summary>
/// From what an agent says went wrong to a category, a hint and a time. Only for what the program itself reported as an error: a
/// model may write "rate limit" in any message.
/// </summary>
internal static class ErrorMap
{
    private const int MaxMessage = 400;

    private static readonly string[] Login =
        ["invalid api key", "api key not valid", "incorrect api key", "invalid x-api-key", "authentication_failed", "authentication_error",
            "failed to authenticate", "authentication required", "authentication failed", "not logged in", "please log in", "/login",
            "run `claude login`", "run codex login", "unauthorized", "unauthenticated", "oauth token has expired", "token expired",
            "no api key", "missing api key", "api key is missing", "must specify the gemini_api_key", "set an auth method",
            "invalid auth method", "auth type is selected", "credentials", "permission_denied", "forbidden", "refresh token"];

    private static readonly string[] Money =
        ["credit balance", "insufficient_quota", "insufficient credit", "insufficient balance", "payment required", "billing"];

    private static readonly string[] Limit =
        ["rate limit", "rate_limit", "rate-limit", "ratelimit", "too many requests", "usage limit", "hit your limit", "limit reached",
            "quota", "resource_exhausted", "overloaded"];

    private static readonly string[] Turns = ["max_turns", "maximum number of turns", "max session turns", "maxsessionturns", "max turns"];

    private static readonly string[] Service =
        ["econn", "enotfound", "eai_again", "etimedout", "connection", "socket", "network", "fetch failed", "timed out", "timeout",
            "terminated", "disconnected", "stream error", "high demand", "internal server error", "bad gateway", "unavailable",
            "server_error", "api_error"];

    /// <param name="now">The end of the process: relative times count from then.</param>
    public static Failure Of(AgentError error, AgentAdvice advice, DateTimeOffset now, string logs)
    {
        var words = $"{error.Kind} {error.Message}";
        var status = error.Status ?? StatusIn(error.Message);
        var message = $"{advice.Name}: {Shown(error.Message.Length > 0 ? error.Message : error.Kind ?? $"status {status}")}";
        if (Has(words, Turns))
        {
            return new Failure(FailureCategory.AgentError, message,
                "it reached the limit of turns in its arguments or settings: raise that, or make the task smaller");
        }

        // Waiting does not fill an account: a person has to.
        if (Has(words, Money) || status == 402)
        {
            return new Failure(FailureCategory.Auth, message, "the account has no credit: top it up, or set another agent: on the step");
        }

        if (status is 429 or 529 || (status is null or 503 && Has(words, Limit)))
        {
            return new Failure(FailureCategory.RateLimited, message,
                "Logist goes on by itself when the limit allows it; fallback: names an agent to use meanwhile")
            {
                RetryAt = RetryAt(error, now),
            };
        }

        if (status is 401 or 403 || (status is null && Has(words, Login)))
        {
            return new Failure(FailureCategory.Auth, message, advice.Login);
        }

        if (status >= 500 || (status is null && Has(words, Service)))
        {
            return new Failure(FailureCategory.AgentError, message, $"the model's service failed; a retry may help, see {logs}");
        }

        return status switch
        {
            404 => new Failure(FailureCategory.AgentError, message, "check model: and the endpoint of the agent"),
            >= 400 => new Failure(FailureCategory.AgentError, message, $"the model's service refused the request; see {logs}"),
            _ => new Failure(FailureCategory.AgentError, message, logs),
        };
    }

    /// <summary>An HTTP status that an error message names: "API Error: 401 …", "status: 429", <c>"code":500</c>, "429 {…".</summary>
    internal static int? StatusIn(ReadOnlySpan<char> message)
    {
        for (var at = 0; at + 3 <= message.Length; at++)
        {
            if (message[at] is not ('4' or '5') || !char.IsAsciiDigit(message[at + 1]) || !char.IsAsciiDigit(message[at + 2])
                || (at + 3 < message.Length && (char.IsAsciiLetterOrDigit(message[at + 3]) || message[at + 3] is '.' or '_'))
                || (at > 0 && (char.IsAsciiLetterOrDigit(message[at - 1]) || message[at - 1] is '.' or '-' or '_' or '$')))
            {
                continue;
            }

            var before = message[..at].TrimEnd(" :=\"'([");
            if (before.Length == 0 || EndsWithAny(before, ["status", "code", "error", "http", "statuscode", "rejected"]))
            {
                return int.Parse(message.Slice(at, 3));
            }
        }

        return null;
    }

    public static bool Has(string text, IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (text.Contains(words[i], StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One line of an agent's text, for a message.</summary>
    public static string Shown(string text)
    {
        text = WithoutColours(text).Trim();
        text = OutputText.Sanitise(text.Length <= MaxMessage ? text : text[..MaxMessage] + "…");
        return text.Replace("\n", " ", StringComparison.Ordinal);
    }

    // Some print their errors in colours whoever reads them.
    private static string WithoutColours(string text)
    {
        for (int start; (start = text.IndexOf("\u001b[", StringComparison.Ordinal)) >= 0;)
        {
            var end = text.IndexOf('m', start);
            if (end < 0 || end - start > 20)
            {
                return text;
            }

            text = text.Remove(start, end - start + 1);
        }

        return text;
    }

    private static DateTimeOffset? RetryAt(AgentError error, DateTimeOffset now) =>
        error.RetryAt ?? now + error.RetryAfter ?? RetryTime.Find(error.Message, now, TimeZoneInfo.Local);

    private static bool EndsWithAny(ReadOnlySpan<char> text, ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
