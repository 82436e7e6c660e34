using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Variables that a workflow may name, and how the lists and maps of a file become one environment.</summary>
internal static class EnvironmentRules
{
    internal const string Pattern = "^[A-Za-z_][A-Za-z0-9_]*$";

    // Every step gets its own copy: a large default times 10,000 steps would fill the memory.
    internal const int MaxVariables = 1000;

    internal static bool TooMany(Node env) => env.Entries.Count + env.Items.Count > MaxVariables;

    internal static (string, string?)? Name(string text)
    {
        if (text.Contains('=', StringComparison.Ordinal))
        {
            return ($"{Node.Quote(text)} is not a variable name: it contains =", "write env as a map to set values");
        }

        var ok = text.Length is >= 1 and <= 255 && !char.IsAsciiDigit(text[0]);
        foreach (var c in text)
        {
            ok &= char.IsAsciiLetterOrDigit(c) || c == '_';
        }

        return !ok ? ($"{Node.Quote(text)} is not a variable name: letters, digits and _, not starting with a digit ({Pattern})", null)
            : Reserved(text) is { } why ? ($"the variable {text} is refused: {why}", null)
            : null;
    }

    /// <summary>A search path with the current directory in it would run what the repository contains.</summary>
    internal static (string, string?)? Value(string name, string value)
    {
        if (value.Length > NameRules.MaxArgumentBytes - name.Length)
        {
            return ("longer than 128 KiB, the limit of the system for one variable", "put it into a file");
        }

        if (name != "PATH")
        {
            return null;
        }

        foreach (var part in value.Split(':'))
        {
            if (!part.StartsWith('/'))
            {
                return ($"{Node.Quote(part)} in PATH is refused: programs would be taken from the working directory",
                    "use absolute directories");
            }
        }

        return null;
    }

    internal static StepEnvironment Read(Node? node)
    {
        if (node is null || TooMany(node))
        {
            return StepEnvironment.Empty;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in node.Entries)
        {
            values[entry.Key.Text] = entry.Value.Text;
        }

        var names = new List<string>();
        foreach (var item in node.Items)
        {
            if (!names.Contains(item.Text))
            {
                names.Add(item.Text);
            }
        }

        return new StepEnvironment(names, values);
    }

    /// <summary>Both, where the step's own word on a name counts.</summary>
    internal static StepEnvironment Merge(StepEnvironment defaults, StepEnvironment own)
    {
        if (ReferenceEquals(own, StepEnvironment.Empty) || ReferenceEquals(defaults, StepEnvironment.Empty))
        {
            return ReferenceEquals(own, StepEnvironment.Empty) ? defaults : own;
        }

        var names = new List<string>(own.PassThrough);
        foreach (var name in defaults.PassThrough)
        {
            if (!names.Contains(name) && !own.Values.ContainsKey(name))
            {
                names.Add(name);
            }
        }

        var values = new Dictionary<string, string>(own.Values, StringComparer.Ordinal);
        foreach (var (name, value) in defaults.Values)
        {
            if (!own.PassThrough.Contains(name))
            {
                _ = values.TryAdd(name, value);
            }
        }

        return new StepEnvironment(names, values);
    }

    private static string? Reserved(string name) => name switch
    {
        "LD_PRELOAD" or "LD_AUDIT" => "it loads foreign code into every program of the step",
        "DOTNET_STARTUP_HOOKS" => "it loads foreign code into every .NET program of the step",
        _ when name.StartsWith("GIT_", StringComparison.Ordinal) => "variables starting with GIT_ redirect git; Logist sets those it needs",
        _ when name.StartsWith("LOGIST_", StringComparison.Ordinal) => "variables starting with LOGIST_ are set by Logist",
        _ => null,
    };
}
