using System.Globalization;

namespace Logist.FakeModel;

/// <summary>What goes on at <c>/s/&lt;scenario&gt;/…</c>: a play, and for how long; afterwards it is <c>ok</c>.</summary>
/// <remarks>
/// Plays:
/// <list type="bullet">
/// <item><c>ok</c>: a worker writes the file that its task names (else hello.txt) and answers COMPLETED; a supervisor accepts</item>
/// <item><c>shell</c>: the same with the agent's shell tool; <c>sleep</c>: the shell tool runs for five minutes</item>
/// <item><c>notool</c>: answers COMPLETED without having done anything</item>
/// <item><c>badjson</c>: ends in prose; <c>badjsononce</c>: the first time only, then a resumed session gives the answer</item>
/// <item><c>blocked</c>: answers STUCK</item>
/// <item><c>retry</c>: the first review asks for another round; <c>retryalways</c>: every review does, each for something else</item>
/// <item><c>err401</c> and any other status: refuses; <c>err429</c> says when to come back</item>
/// <item><c>hang</c>: never answers; <c>hangstream</c>: stops after the head; <c>cut</c>: drops the connection there</item>
/// <item><c>slow</c>: the last message comes in pieces over some seconds</item>
/// <item><c>flaky</c>: the first request fails with 500; short for <c>err500-x1</c></item>
/// </list>
/// For how long, appended: <c>-x2</c> the first two requests, <c>-for5</c> five seconds from the first request on, <c>-shut</c> until
/// <see cref="FakeModelServer.Open"/>, for which <c>hang-shut</c> holds requests back. <c>-after5</c>: Retry-After is five seconds (1).
/// </remarks>
internal sealed record Scenario(string Name, string Play)
{
    public int? Requests { get; private init; }

    public TimeSpan? Duration { get; private init; }

    public bool UntilOpened { get; private init; }

    public int RetryAfterSeconds { get; private init; } = 1;

    /// <summary>The HTTP status that it refuses with.</summary>
    public int? Status => Play.StartsWith("err", StringComparison.Ordinal) ? int.Parse(Play.AsSpan(3)) : null;

    /// <exception cref="FormatException">There is no such scenario.</exception>
    public static Scenario Parse(string name)
    {
        var words = name.Split('-');
        if (words[0] == "flaky")
        {
            return new Scenario(name, "err500") { Requests = 1 };
        }

        var scenario = new Scenario(name, words[0]);
        if (!IsPlay(words[0]))
        {
            throw new FormatException($"no scenario is named \"{name}\"");
        }

        foreach (var word in words.AsSpan(1))
        {
            scenario = word switch
            {
                "shut" => scenario with { UntilOpened = true },
                ['x', .. var count] => scenario with { Requests = Number(count) },
                ['f', 'o', 'r', .. var seconds] => scenario with { Duration = TimeSpan.FromSeconds(Number(seconds)) },
                ['a', 'f', 't', 'e', 'r', .. var seconds] => scenario with { RetryAfterSeconds = Number(seconds) },
                _ => throw new FormatException($"no scenario is named \"{name}\""),
            };
        }

        return scenario;
    }

    private static bool IsPlay(string word) => word is "ok" or "shell" or "sleep" or "notool" or "badjson" or "badjsononce" or "blocked"
        or "retry" or "retryalways" or "hang" or "hangstream" or "cut" or "slow"
        || (word is ['e', 'r', 'r', .. { Length: 3 } status] && int.TryParse(status, NumberStyles.None, null, out var code) && code >= 400);

    private static int Number(string text) => int.Parse(text, NumberStyles.None);
}
