using System.Globalization;
using Logist.Agents;

namespace Logist.Views;

/// <summary>One part of what an attempt printed: <c>worker</c>, <c>check-1</c> …, <c>review</c>.</summary>
/// <param name="Logs">Of each of its processes, in their order.</param>
public sealed record LogPart(string Name, IReadOnlyList<AttemptLog> Logs)
{
    public const string Worker = "worker", Review = "review";

    private const string CheckPrefix = "check-";

    /// <summary>The worker's part, also when it printed nothing, and the others that printed something.</summary>
    /// <param name="directory">The attempt's; it need not exist.</param>
    public static IReadOnlyList<LogPart> Of(string directory)
    {
        var parts = new List<LogPart> { new(Worker, [.. AttemptLog.Of(directory)]) };
        foreach (var number in Checks(directory).Order())
        {
            parts.Add(new LogPart($"{CheckPrefix}{number}", [new AttemptLog(Path.Combine(directory, $"{CheckPrefix}{number}.log"))]));
        }

        var review = AgentFiles.Log(AgentRole.Supervisor, directory);
        if (File.Exists(review))
        {
            parts.Add(new LogPart(Review, [new AttemptLog(review)]));
        }

        return parts;
    }

    /// <summary>Whether a part can have this name, there or not.</summary>
    public static bool IsName(string name) => name is Worker or Review || (name.StartsWith(CheckPrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(CheckPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0);

    private static IEnumerable<int> Checks(string directory) => !Directory.Exists(directory) ? []
        : Directory.EnumerateFiles(directory, $"{CheckPrefix}*.log")
            .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path)[CheckPrefix.Length..], NumberStyles.None,
                CultureInfo.InvariantCulture, out var number) ? number : 0).Where(number => number > 0);
}
