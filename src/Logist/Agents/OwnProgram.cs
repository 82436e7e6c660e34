using System.Collections;

namespace Logist.Agents;

/// <summary>This program as a step of its own jobs: under a hidden verb it drives an agent, or plays one.</summary>
internal static class OwnProgram
{
    private const string Root = "DOTNET_ROOT", Diagnostics = "DOTNET_EnableDiagnostics";

    /// <summary>What it needs: a step's environment has no DOTNET_ROOT, and it must be found a runtime: the one that runs us.</summary>
    public static Dictionary<string, string> Environment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { [Diagnostics] = "0" };
        if (Runtime() is { } root)
        {
            variables[Root] = root;
        }

        return variables;
    }

    /// <summary>NAME=value of this process, for the programs that it starts: without what only it needs.</summary>
    public static string[] EnvironmentOfChildren()
    {
        var variables = new List<string>();
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            var (name, value) = ((string)variable.Key, (string?)variable.Value);
            if (name != Diagnostics && (name != Root || value != Runtime()))
            {
                variables.Add($"{name}={value}");
            }
        }

        return [.. variables];
    }

    private static string? Runtime()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location);
        var root = Path.GetFullPath(Path.Combine(framework!, "..", "..", ".."));
        return Directory.Exists(Path.Combine(root, "host", "fxr")) ? root : null;
    }
}
