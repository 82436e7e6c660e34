using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Agents by name: the built-in ones, and those declared in a workflow or in config.yaml.</summary>
internal static class AgentDeclarations
{
    internal const string Command = "command", Scripted = "scripted";

    internal static readonly string[] BuiltIn = ["claude", "codex", "cline", "gemini", "opencode", "qwen", Scripted];

    internal static readonly string[] Providers = [.. BuiltIn, Command];

    /// <summary>The declarations of one file. Paths in it are relative to the file's folder.</summary>
    internal static Dictionary<string, AgentDefinition> Read(Node? agents, string folder, Diagnostics problems)
    {
        var declared = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
        foreach (var entry in agents?.Entries ?? [])
        {
            if (entry.Value.Kind == NodeKind.Map && ReadOne(entry, folder, problems) is { } agent)
            {
                declared[entry.Key.Text] = agent;
            }
        }

        return declared;
    }

    private static AgentDefinition? ReadOne(Entry entry, string folder, Diagnostics problems)
    {
        var (name, node) = (entry.Key.Text, entry.Value);
        var (command, script, scriptFile) = (node["command"], node["script"], node["script_file"]);
        var provider = node["provider"]?.Text
            ?? (command is not null ? Command
                : script is not null || scriptFile is not null ? Scripted
                : Array.IndexOf(BuiltIn, name) >= 0 ? name
                : null);
        if (provider is null)
        {
            problems.Error(entry.Key, $"agents.{name}: says neither command, script nor provider",
                "for example { command: [./my-agent.sh], prompt: stdin }");
            return null;
        }

        Only(provider == Command, Command, ["command", "prompt"]);
        Only(provider == Scripted, Scripted, ["script", "script_file"]);
        if (provider == Command && command is null)
        {
            problems.Error(entry.Key, $"agents.{name}: \"command\" is missing");
        }

        if (script is not null && scriptFile is not null)
        {
            problems.Error(node.KeyOf("script_file"), $"agents.{name}: script and script_file exclude each other", "remove one");
        }

        StepDefaults.CheckEnvironment(node["env"], problems);

        return new AgentDefinition(provider)
        {
            Command = command is null ? [] : Program(command, folder, problems),
            Delivery = node["prompt"]?.Text switch { "argument" => PromptDelivery.Argument, "file" => PromptDelivery.File, _ =>
                PromptDelivery.Stdin },
            Script = script?.Text ?? (scriptFile is null ? null : ReadBeside(scriptFile, folder, problems)?.Text),
            Model = node["model"]?.Text,
            Env = EnvironmentRules.Read(node["env"]),
        };

        void Only(bool allowed, string needed, ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (!allowed && node.KeyOf(key) is { } at)
                {
                    problems.Error(at, $"agents.{name}: {key} is only for provider {needed}, this is {provider}");
                }
            }
        }
    }

    // A bare name is looked up when the step starts, like the built-in agents; a path must not depend on where that is.
    private static List<string> Program(Node command, string folder, Diagnostics problems)
    {
        var parts = new List<string>(command.Items.Count);
        foreach (var item in command.Items)
        {
            parts.Add(item.Text);
        }

        if (parts is [var program, ..] && program.Contains('/', StringComparison.Ordinal))
        {
            parts[0] = Path.GetFullPath(program, folder);
            if (!File.Exists(parts[0]))
            {
                problems.Warning(command.Items[0], $"there is no program {parts[0]} yet");
            }
        }

        return parts;
    }

    /// <summary>A file named by a workflow: text, at most 1 MiB, at or below the workflow's folder.</summary>
    internal static (string Text, string File)? ReadBeside(Node name, string folder, Diagnostics problems)
    {
        if (name.Kind != NodeKind.Scalar || string.IsNullOrWhiteSpace(name.Text))
        {
            return null;
        }

        var path = Path.GetFullPath(name.Text, folder);
        var (text, wrong) = TextFile.Read(path, WorkflowShape.MaxTextFileBytes, within: folder);
        wrong ??= string.IsNullOrWhiteSpace(text) ? "is empty" : null;
        if (wrong is not null)
        {
            problems.Error(name, $"{path} {wrong}", wrong.Contains("outside", StringComparison.Ordinal)
                ? "move it beside the workflow file or below" : null);
            return null;
        }

        return (text!, path);
    }

    /// <returns>The declarations that the steps use, or reports names that nobody knows.</returns>
    internal static string? Unknown(string name, IReadOnlySet<string> declared)
    {
        if (declared.Contains(name) || Array.IndexOf(BuiltIn, name) >= 0)
        {
            return null;
        }

        var known = new List<string>(BuiltIn);
        known.AddRange(declared);
        return DidYouMean.Hint(name, known) ?? $"known agents: {string.Join(", ", known)}; others are declared under agents:";
    }
}
