using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>The workflow is null when there is an error; warnings do not prevent it. Problems are sorted by file, line and
/// column.</summary>
public sealed record CompileResult(string File, WorkflowDefinition? Workflow, IReadOnlyList<Diagnostic> Problems)
{
    /// <returns>The workflow.</returns>
    /// <exception cref="LogistException">InvalidWorkflow, all errors in its text.</exception>
    public WorkflowDefinition OrThrow() =>
        Workflow ?? throw new LogistException(Diagnostics.ToProblem(ErrorKind.InvalidWorkflow, File, Problems));
}

/// <summary>Workflow files, YAML or JSON, to definitions that need no file any more.</summary>
public static class WorkflowFile
{
    private static readonly string[] InDirectory = ["workflow.yaml", "workflow.yml", "workflow.json"];

    /// <param name="path">A file, or a directory with one <c>workflow.yaml</c>, <c>.yml</c> or <c>.json</c> in it.</param>
    /// <param name="config">Agents and defaults of the user.</param>
    /// <param name="agent">For agent steps that name none, before the file's own default.</param>
    /// <param name="model">For agent steps that name none and have that agent.</param>
    /// <param name="instructions">The repository's, where the file has none of its own; null: the built-in ones.</param>
    /// <returns>Every problem at once.</returns>
    /// <exception cref="LogistException">NotFound or Usage: no such file, or not exactly one in the directory.</exception>
    public static CompileResult Load(string path, ConfigFile? config = null, string? agent = null, string? model = null,
        Instructions? instructions = null)
    {
        var full = Find(path);
        var shown = path == full || !Directory.Exists(path) ? path : Path.Combine(path, Path.GetFileName(full));
        var problems = new Diagnostics(shown);
        var (text, wrong) = TextFile.Read(full, WorkflowShape.MaxFileBytes);
        if (text is null)
        {
            problems.Error((Node?)null, $"the file {wrong}");
            return new CompileResult(shown, null, problems.Sorted());
        }

        return Compile(text, full, problems, new Given(config, agent, model, instructions ?? Instructions.BuiltIn));
    }

    /// <summary>The same of a text that is in no file.</summary>
    /// <param name="file">Where it would be: files that it names are looked for beside it, and problems are told of it.</param>
    public static CompileResult Parse(string text, string file, ConfigFile? config, string? agent, string? model,
        Instructions instructions) =>
        Compile(text, file, new Diagnostics(Path.GetFileName(file)), new Given(config, agent, model, instructions));

    private static CompileResult Compile(string text, string file, Diagnostics problems, Given given)
    {
        var root = YamlNodes.Read(text, problems);
        var workflow = root is null ? null : Compile(root, text, file, problems, given);
        return new CompileResult(problems.File, problems.HasErrors ? null : workflow, problems.Sorted());
    }

    private static WorkflowDefinition? Compile(Node root, string text, string file, Diagnostics problems, Given given)
    {
        // A hundred thousand steps are one problem, not a hundred thousand.
        var sources = root.Kind == NodeKind.Map ? StepSource.Read(root, problems) : null;
        if (root.Kind != NodeKind.Map || sources is not null)
        {
            WorkflowShape.Root.Check(root, new ShapeCheck(problems));
        }

        if (sources is null || sources.Count == 0)
        {
            return null;
        }

        var folder = Path.GetDirectoryName(file)!;
        var agents = new Dictionary<string,
            AgentDefinition>(given.Config?.Agents ?? new Dictionary<string, AgentDefinition>(), StringComparer.Ordinal);
        var named = new HashSet<string>(agents.Keys, StringComparer.Ordinal);
        var own = AgentDeclarations.Read(root["agents"], folder, problems);
        foreach (var (name, declared) in own)
        {
            agents[name] = declared;
        }

        // A declaration with a mistake in it still names its agent.
        named.UnionWith((root["agents"]?.Entries ?? []).Select(entry => entry.Key.Text));
        var known = new KnownAgents(named, agents);
        var defaults = new StepDefaults(root["defaults"], given.Config, given.Agent, given.Model, known, problems);
        var compiler = new StepCompiler(defaults, folder, text, problems);
        var steps = new List<StepDefinition>(sources.Count);
        for (var i = 0; i < sources.Count; i++)
        {
            steps.Add(compiler.Compile(i, sources[i]));
        }

        var workflow = new WorkflowDefinition(NameOf(root, file, problems), StepGraphCheck.Check(sources, steps, problems))
        {
            Description = root["description"]?.Text,
            Params = ParamsOf(root["params"], problems),
            Agents = OwnAndUsed(own, steps, agents),
            Instructions = RoleInstructions.Compile(root["instructions"], given.Repository, folder, problems),
            Budget = StepDefaults.BudgetOf(root["budget"], problems),
            MaxParallel = root["max_parallel"] is { Kind: NodeKind.Scalar } n ? (int?)Math.Clamp(Scalars.Whole(n) ?? 1, 1, 256) : null,
        };
        var check = new TemplateCheck(workflow, problems);
        foreach (var (step, template) in compiler.Texts)
        {
            check.Check(step, template);
        }

        return workflow;
    }

    private static Dictionary<string, ParamDefinition> ParamsOf(Node? node, Diagnostics problems)
    {
        var all = new Dictionary<string, ParamDefinition>(StringComparer.Ordinal);
        foreach (var entry in node?.Entries ?? [])
        {
            var truth = entry.Value["required"] is { } r ? Scalars.Truth(r) : false;
            var required = truth == true;
            var value = entry.Value["default"];
            if (required && value is not null)
            {
                problems.Error(entry.Value.KeyOf("default"), $"parameter {entry.Key.Text} is required and has a default",
                    "keep one of them");
            }
            else if (truth == false && value is null && entry.Value.Kind == NodeKind.Map)
            {
                problems.Error(entry.Key, $"parameter {entry.Key.Text} is neither required nor has a default",
                    "add required: true or default: \"\"");
            }
            else if (value is { Kind: NodeKind.Scalar } && Workflows.Params.BadValue(value.Text) is { } bad)
            {
                problems.Error(value, $"parameter {entry.Key.Text} {bad}");
            }

            all[entry.Key.Text] = new ParamDefinition(required, value?.Text, entry.Value["description"]?.Text);
        }

        return all;
    }

    /// <summary>A run or a re-step may be asked for with any of the workflow's own; the user's others are looked up then.</summary>
    private static Dictionary<string, AgentDefinition> OwnAndUsed(Dictionary<string, AgentDefinition> own, List<StepDefinition> steps,
        Dictionary<string, AgentDefinition> declared)
    {
        var used = new Dictionary<string, AgentDefinition>(own, StringComparer.Ordinal);
        foreach (var step in steps)
        {
            foreach (var name in (string?[])[step.Agent, step.Review?.Agent, .. step.Fallback])
            {
                if (name is not null && declared.TryGetValue(name, out var agent))
                {
                    used[name] = agent;
                }
            }
        }

        return used;
    }

    private static string NameOf(Node root, string file, Diagnostics problems)
    {
        if (root["name"] is { } name)
        {
            return name.Text;
        }

        var derived = NameRules.ToId(Path.GetFileNameWithoutExtension(file));
        if (!Names.IsValid(derived))
        {
            problems.Error(root, "the workflow has no name, and the file's name gives none", "add name:");
        }

        return derived;
    }

    private static string Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            return Path.Exists(full) ? full
                : throw new LogistException(ErrorKind.NotFound, $"there is no workflow file {path}", null, "logist init makes an example");
        }

        var found = Array.FindAll(InDirectory, name => Path.Exists(Path.Combine(full, name)));
        return found switch
        {
            [var one] => Path.Combine(full, one),
            [] => throw new LogistException(ErrorKind.NotFound, $"there is no workflow.yaml, workflow.yml or workflow.json in {path}", null,
                "name the file"),
            _ => throw new LogistException(ErrorKind.Usage, $"{path} contains {string.Join(" and ", found)}", "one of them must be chosen",
                "name the file"),
        };
    }

    private readonly record struct Given(ConfigFile? Config, string? Agent, string? Model, Instructions Repository);
}
