using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>Agents as a workflow or config.yaml declares them, and what each provider may be told.</summary>
internal static class AgentDeclarations
{
    internal const string Command = "command", Scripted = "scripted", Acp = "acp";

    /// <summary>Programs that Logist knows how to call; their names need no declaration.</summary>
    internal static readonly string[] Programs = ["claude", "codex", "cline", "gemini", "opencode", "qwen"];

    internal static readonly string[] BuiltIn = [.. Programs, Scripted];

    internal static readonly string[] Models = ["openai", "anthropic"];

    internal static readonly string[] Providers = [.. BuiltIn, Acp, .. Models, Command];

    private static readonly string[] Commands = [.. Programs, Acp, Command];

    internal static bool OnlyReviews(string provider) => Array.IndexOf(Models, provider) >= 0;

    /// <summary>The shortest declaration of a provider that is no agent by its name alone.</summary>
    internal static string Example(string provider) =>
        OnlyReviews(provider) ? $"{{ provider: {provider}, model: … }}" : $"{{ provider: {provider}, command: [./my-agent] }}";

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
                : Array.IndexOf(BuiltIn, name) >= 0 || OnlyReviews(name) ? name
                : null);
        if (provider is null)
        {
            problems.Error(entry.Key, $"agents.{name}: says neither command, script nor provider",
                "for example { command: [./my-agent.sh], prompt: stdin }");
            return null;
        }

        CheckKeys(entry, provider, problems);
        StepDefaults.CheckEnvironment(node["env"], problems);
        var key = node["key_env"]?.Text;
        var env = EnvironmentRules.Read(node["env"]);
        return new AgentDefinition(provider)
        {
            Command = command is null ? [] : Program(command, folder, problems),
            Delivery = node["prompt"]?.Text switch { "argument" => PromptDelivery.Argument, "file" => PromptDelivery.File, _ =>
                PromptDelivery.Stdin },
            Arguments = Texts(node["args"]),
            Url = node["url"]?.Text,
            KeyVariable = key,
            Script = script?.Text ?? (scriptFile is null ? null : ReadBeside(scriptFile, folder, problems)?.Text),
            Model = node["model"]?.Text,

            // Who names the variable of the key wants it to reach the agent; a value in env: is it already.
            Env = key is null || env.Values.ContainsKey(key) || env.PassThrough.Contains(key) ? env
                : env with { PassThrough = [.. env.PassThrough, key] },
        };
    }

    private static void CheckKeys(Entry entry, string provider, Diagnostics problems)
    {
        var (name, node) = (entry.Key.Text, entry.Value);
        Only("command", Commands);
        Only("prompt", Command);
        Only("args", [.. Programs, Acp]);
        Only("url", Models);
        Only("key_env", Models);
        Only("script", Scripted);
        Only("script_file", Scripted);
        if (provider is Command or Acp && node["command"] is null)
        {
            problems.Error(entry.Key, $"agents.{name}: \"command\" is missing");
        }

        if (OnlyReviews(provider) && node["model"] is null)
        {
            problems.Error(entry.Key, $"agents.{name}: \"model\" is missing", "name the model that reviews");
        }

        if (node["script"] is not null && node.KeyOf("script_file") is { } second)
        {
            problems.Error(second, $"agents.{name}: script and script_file exclude each other", "remove one");
        }

        if (node["provider"] is null && node.KeyOf("command") is { } at && node["prompt"] is null && Array.IndexOf(Programs, name) >= 0)
        {
            problems.Warning(at, $"agents.{name}: this is any program that happens to be called {name}",
                $"add provider: {name} to drive {name} itself, or provider: command");
        }

        void Only(string key, params ReadOnlySpan<string> allowed)
        {
            if (!allowed.Contains(provider) && node.KeyOf(key) is { } at)
            {
                problems.Error(at, $"agents.{name}: {key} is only for provider {string.Join(", ", allowed!)}, this is {provider}");
            }
        }
    }

    // A bare name is looked up when the step starts, like the built-in agents; a path must not depend on where that is.
    private static List<string> Program(Node command, string folder, Diagnostics problems)
    {
        var parts = Texts(command);
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

    private static List<string> Texts(Node? list)
    {
        var texts = new List<string>(list?.Items.Count ?? 0);
        foreach (var item in list?.Items ?? [])
        {
            texts.Add(item.Text);
        }

        return texts;
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
}
