using System.Text.Json;
using Logist.Agents.Streams;

namespace Logist.Agents.Cli;

/// <summary>What the adapters of command line agents have in common.</summary>
internal static class CliCall
{
    /// <summary>An agent that waits for its model or a build prints nothing meanwhile; a hung one prints nothing for ever.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(30);

    private const int MaxWhat = 200;

    // Members of a tool's input that say best what it does, whichever agent and tool it is.
    private static readonly string[] Telling =
        ["command", "file_path", "filePath", "path", "notebook_path", "pattern", "query", "url", "dir_path", "directory", "description",
            "skill", "prompt"];

    /// <summary>How a process reaches the network where that is not plain; every agent needs these.</summary>
    private static readonly string[] Network =
        ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
            "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
            "XDG_STATE_HOME"];

    public static IReadOnlyList<string> PassThrough(params ReadOnlySpan<string> names) => [.. Network, .. names];

    /// <summary>The program, or what the workflow declares in its place.</summary>
    public static List<string> Begin(AgentCall call, string program) =>
        call.Definition.Command.Count > 0 ? [.. call.Definition.Command] : [program];

    public static Preparation Ready(AgentCall call, List<string> argv, string? stdin, Dictionary<string, string> environment)
    {
        Verdict.Forget(call);
        return new Preparation.Ready(new Invocation(argv, stdin, environment));
    }

    /// <summary>Whether the user's own arguments set one of these options, as <c>--name value</c> or <c>--name=value</c>.</summary>
    public static bool Sets(this AgentCall call, params ReadOnlySpan<string> options)
    {
        foreach (var argument in call.Definition.Arguments)
        {
            foreach (var option in options)
            {
                if (argument == option || (argument.StartsWith(option, StringComparison.Ordinal) && argument[option.Length] == '='))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static void Add(this List<string> argv, string option, string? value)
    {
        if (value is { Length: > 0 })
        {
            argv.Add(option);
            argv.Add(value);
        }
    }

    /// <summary>One line for people about what a tool is to do.</summary>
    public static string? What(JsonElement input) => Line(input.FirstText(Telling));

    public static string? Line(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        var cut = end >= 0 || line.Length > MaxWhat;
        line = end >= 0 ? line[..end] : line;
        return $"{(line.Length > MaxWhat ? line[..MaxWhat] : line)}{(cut ? " …" : "")}";
    }
}
