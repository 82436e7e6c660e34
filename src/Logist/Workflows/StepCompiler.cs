using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>One step of a file to its definition; problems are reported, never thrown.</summary>
internal sealed partial class StepCompiler(StepDefaults defaults, string folder, string source, Diagnostics problems)
{
    // Meaningless on a gate: nothing is executed there.
    private static readonly string[] Executing =
    [
        "agent", "active_agent", "model", "fallback", "review", "checks", "retry", "timeout", "inactivity_timeout", "workspace", "keep",
        "evidence", "env", "on_interrupt", "side_effects", "budget",
    ];

    // Defaults and prompt files are repeated in every step: a file of 4 MiB could become terabytes.
    private const long MaxCharacters = 64L * 1024 * 1024;

    private long _characters;

    /// <summary>Texts with expressions found on the way, by step index.</summary>
    internal List<(int Step, TemplateText Text)> Texts { get; } = [];

    internal StepDefinition Compile(int index, StepSource step)
    {
        var prompt = Action(index, step, out var run);
        var isAgent = prompt is not null;
        var isGate = run is null && !isAgent;
        if (isGate)
        {
            Refuse(step, Executing, "has no meaning on a step that only asks for approval");
        }
        else if (!isAgent)
        {
            Refuse(step, ["agent", "active_agent", "model", "fallback", "review"], "is only for steps with a prompt");
        }

        var agent = isAgent ? AgentOf(step) : null;
        var noFiles = step["workspace"]?.Text is { } own ? own == "none" : !isGate && defaults.NoWorkspace;
        if (noFiles)
        {
            Refuse(step, ["keep", "evidence"], "needs workspace: git");
        }

        var text = isAgent && step.IsPhase && step["prompt"] is null && step["prompt_file"] is null;
        var compiled = new StepDefinition(step.Id)
        {
            Title = step.IsPhase ? step["title"]?.Text ?? step["name"]!.Text : step["title"]?.Text,
            Description = text ? null : step["description"]?.Text,
            Needs = Needs(step),
            Run = run,
            Prompt = prompt,
            Agent = agent,
            Model = isAgent ? step["model"]?.Text ?? defaults.ModelFor(agent) : null,
            Fallback = isAgent ? defaults.Fallback(step["fallback"], agent, problems) : [],
            Review = isAgent ? ReviewOf(index, step["review"]) : null,
            Checks = isGate ? [] : Checks(index, step["checks"]),
            Retry = isGate ? RetryPolicy.None : defaults.Retry(step["retry"], problems),
            Timeout = isGate ? null : Duration(step["timeout"]) ?? defaults.Timeout,
            InactivityTimeout = isGate ? null : Duration(step["inactivity_timeout"]) ?? defaults.InactivityTimeout,
            Workspace = noFiles ? WorkspaceMode.None : WorkspaceMode.Git,
            Keep = PathsOf(step["keep"]),
            Evidence = PathsOf(step["evidence"]),
            Env = isGate ? StepEnvironment.Empty : EnvironmentRules.Merge(defaults.Env, Environment(step["env"])),
            Approval = Approval(step["approval"]),
            OnInterrupt = step["on_interrupt"]?.Text switch
            {
                "retry" => InterruptPolicy.Retry, "fail" => InterruptPolicy.Fail, "ask" => InterruptPolicy.Ask, _ => null,
            },
            ExternalSideEffects = step["side_effects"]?.Text == "external",
            Budget = StepDefaults.BudgetOf(step["budget"], problems) ?? (isAgent ? defaults.Budget : null),
        };
        Count(step, compiled);
        return compiled;
    }

    private void Count(StepSource step, StepDefinition compiled)
    {
        var before = _characters;
        _characters += (compiled.Prompt?.Length ?? 0) + (compiled.Review?.Prompt?.Length ?? 0);
        foreach (var (name, value) in compiled.Env.Values)
        {
            _characters += name.Length + value.Length;
        }

        if (before <= MaxCharacters && _characters > MaxCharacters)
        {
            problems.Error(step.At, $"the texts of all steps up to {step.Id} are more than 64 MiB together, "
                + "defaults and prompt files included", "shorten them");
        }
    }

    private string? Action(int index, StepSource step, out RunAction? run)
    {
        run = null;
        var phaseText = step.IsPhase && step["run"] is null && step["prompt"] is null && step["prompt_file"] is null
            && step["approval"] is null;
        Node? chosen = null;
        var name = "";
        foreach (var key in (ReadOnlySpan<string>)(phaseText ? ["description"] : ["run", "prompt", "prompt_file"]))
        {
            if (step.KeyOf(key) is not { } at)
            {
                continue;
            }

            if (chosen is not null)
            {
                problems.Error(at, $"step {step.Id} has both {name} and {key}", "keep one of them");
                continue;
            }

            (chosen, name) = (step[key], key);
        }

        if (chosen is null)
        {
            if (step["approval"] is null && step.Body.Kind == NodeKind.Map)
            {
                problems.Error(step.At, step.IsPhase ? $"phase {step.Id} has no description" : $"step {step.Id} does nothing",
                    "add run, prompt or prompt_file; or approval for a step that only asks");
            }

            return null;
        }

        if (name == "run")
        {
            run = Command(index, chosen);
            return null;
        }

        return name == "prompt_file" ? PromptFile(index, chosen) : Prompt(index, chosen);
    }

    // A prompt that cannot be read is reported already: the step is compiled on as the agent step it is.
    private string PromptFile(int index, Node name)
    {
        if (_characters > MaxCharacters || AgentDeclarations.ReadBeside(name, folder, problems) is not (var text, var file))
        {
            return "";
        }

        Texts.Add((index, new TemplateText(text, TemplatePlace.Prompt, file, text, null)));
        return text;
    }

    private string Prompt(int index, Node node)
    {
        Expressions(index, node, TemplatePlace.Prompt);
        return node.Text;
    }

    private RunAction Command(int index, Node node)
    {
        if (node.Kind == NodeKind.Scalar)
        {
            Expressions(index, node, TemplatePlace.Shell);
            return new RunAction(node.Text, null);
        }

        var argv = new List<string>(node.Items.Count);
        foreach (var item in node.Items)
        {
            Expressions(index, item, TemplatePlace.Argument);
            argv.Add(item.Text);
        }

        if (argv is ["", ..])
        {
            problems.Error(node.Items[0], "expected a program, found empty text");
        }

        for (var i = 0; i < argv.Count; i++)
        {
            if (NameRules.Argument(argv[i]) is var (wrong, hint))
            {
                problems.Error(node.Items[i], wrong, hint);
            }
        }

        return new RunAction(null, argv);
    }

    private List<RunAction> Checks(int index, Node? node)
    {
        var checks = new List<RunAction>();
        foreach (var item in node?.Items ?? [])
        {
            checks.Add(Command(index, item));
        }

        return checks;
    }

    private void Expressions(int index, Node node, TemplatePlace place)
    {
        if (node.Kind == NodeKind.Scalar && node.Text.Contains("${{", StringComparison.Ordinal))
        {
            Texts.Add((index, new TemplateText(node.Text, place, problems.File, source, node)));
        }
    }

    private string? AgentOf(StepSource step)
    {
        if (step.KeyOf("agent") is not null && step.KeyOf("active_agent") is { } second)
        {
            problems.Error(second, $"step {step.Id} has both agent and active_agent", "keep one of them");
        }

        var node = step["agent"] ?? step["active_agent"];
        if (node is not null)
        {
            defaults.CheckWorker(node, problems);
            return node.Text;
        }

        if (defaults.Agent is null)
        {
            problems.Error(step.At, $"step {step.Id} names no agent", "add agent: to the step, or defaults: { agent: … }");
        }

        return defaults.Agent;
    }

    private void Refuse(StepSource step, ReadOnlySpan<string> keys, string why)
    {
        foreach (var key in keys)
        {
            if (step.KeyOf(key) is { } at)
            {
                problems.Error(at, $"{key} {why}", "remove it");
            }
        }
    }
}
