using Logist.Core;

namespace Logist.Workflows;

/// <summary>The file format: the one table that the loader checks against and the JSON Schema is made from.</summary>
internal static class WorkflowShape
{
    internal const int MaxSteps = 10_000;
    internal const int MaxFileBytes = 4 * 1024 * 1024;
    internal const int MaxTextFileBytes = 1024 * 1024;

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxPause = TimeSpan.FromDays(7);

    private static readonly TextShape Text = new("text");
    private static readonly TextShape Model = new("the name of a model");
    private static readonly AnyTextShape Value = new("text");
    private static readonly TextShape Agent = new("the name of an agent");

    private static readonly TextShape Id = new("a step id", NameRules.StepId, Names.Pattern);
    private static readonly TextShape AgentName = new("the name of an agent", NameRules.Name, Names.Pattern);
    private static readonly TextShape ParamName = new("the name of a parameter", NameRules.Param, NameRules.ParamPattern);
    private static readonly TextShape Url = new("the address of an endpoint", NameRules.Url, "^https?://[^\\s?#@]+$");
    private static readonly TextShape VariableName = new("the name of a variable", EnvironmentRules.Name, EnvironmentRules.Pattern);

    private static readonly ListShape Globs = new("a list of paths", new TextShape("a path below the workspace", NameRules.Glob));

    private static readonly EitherShape Command = new("a command: a line for the shell, or a list of a program and its arguments",
        new TextShape("a command", NameRules.Argument),
            new ListShape("a program and its arguments", new AnyTextShape("an argument"), mayBeEmpty: false), null)
    { Name = "command" };

    private static readonly EitherShape Environment = new("a list of names to pass through, or a map of names and values",
        null, new ListShape("a list of names", VariableName),
            new MapShape("a map of names and values", VariableName, EnvironmentRules.Pattern, Value))
    { Name = "env" };

    private static readonly EitherShape AgentNames = new("a list of agents", Agent, new ListShape("a list of agents", Agent), null);

    private static readonly ObjectShape Instructions = new("a map with worker and supervisor",
        new Key("worker", Text, "Opening words of the prompts of workers."),
        new Key("worker_file", Text, "The same in a file beside this one."),
        new Key("supervisor", Text, "Opening words of the prompts of supervisors."),
        new Key("supervisor_file", Text, "The same in a file beside this one."));

    private static readonly NumberShape Price = new("US dollars for a million tokens", 0, 1_000_000);

    private static readonly MapShape Prices = new("a map of models and prices", new TextShape("the name of a model, or its beginning"),
        "^.+$", new ObjectShape("a map such as { input: 3, cached: 0.3, output: 15 }",
            new Key("input", Price, "What is sent.", Required: true),
            new Key("cached", Price, "What is sent and was known already; default: as input."),
            new Key("output", Price, "What comes back, reasoning included.", Required: true)));

    private static readonly ObjectShape Backoff = new("a map with initial, factor and max",
        new Key("initial", new DurationShape(MaxPause), "The pause before the second attempt; default 10s."),
        new Key("factor", new NumberShape("a number", 1, 100), "By how much each further pause is longer; default 2."),
        new Key("max", new DurationShape(MaxPause), "No pause is longer than this; default 5m."));

    private static readonly ObjectShape Retry = new("a map with max_attempts and backoff",
        new Key("max_attempts", new WholeShape(1, 100), "How many failed attempts end the step; default 1."),
        new Key("backoff", Backoff, "The pause before another attempt."))
    { Name = "retry" };

    private static readonly ObjectShape Review = new("a map such as { agent: codex, rounds: 3 }",
        new Key("agent", Agent, "The agent that reviews the result."),
        new Key("rounds", new WholeShape(1, 100), "How many times the worker may work, the first time included; default 3."),
        new Key("model", Model, "The model of the reviewing agent."),
        new Key("prompt", Text, "What the review should look at."))
    { Name = "review" };

    private static readonly ObjectShape Limits = new("a map of limits",
        new Key("max_cost_usd", new NumberShape("an amount of US dollars", 0.000001m, 1_000_000), "Money, in US dollars."),
        new Key("max_tokens", new WholeShape(1, 1_000_000_000_000), "Tokens in and out together."),
        new Key("max_time", new DurationShape(TimeSpan.FromDays(365)), "Time, all attempts together."),
        new Key("max_iterations", new WholeShape(1, 1_000_000), "Agent calls."))
    { Name = "budget" };

    private static readonly EitherShape Approval = new("true, a message, or a map with a message",
        new TextShape("true or a message"), null,
        new ObjectShape("a map with a message", new Key("message", Text, "What the person is asked.", Required: true)));

    private static readonly MapShape Params = new("a map of parameters", ParamName, NameRules.ParamPattern,
        new ObjectShape("a map such as { required: true } or { default: low }",
            new Key("required", new TruthShape(), "Must be given with --param."),
            new Key("default", Value, "The value when none is given."),
            new Key("description", Text, "What it is for.")));

    internal static readonly MapShape Agents = new("a map of agents", AgentName, Names.Pattern,
        new ObjectShape("a map such as { command: [./my-agent.sh], prompt: stdin }",
            new Key("provider", new ChoiceShape(AgentDeclarations.Providers), "How to talk to it; follows from command, script or name."),
            new Key("command", new ListShape("a list of a program and its arguments", new TextShape("an argument", NameRules.Argument),
                mayBeEmpty: false),
                "A program and its arguments; for a known agent, what is started instead of its usual program."),
            new Key("args", new ListShape("a list of arguments", new TextShape("an argument", NameRules.Argument)),
                "Added to the command line of a known agent, or of provider acp."),
            new Key("url", Url, "The endpoint of a model; default: the provider's own."),
            new Key("key_env", VariableName, "The variable that holds the key of the endpoint."),
            new Key("prompt", new ChoiceShape("stdin", "argument", "file"), "How the program gets its prompt; default stdin."),
            new Key("script", Text, "What the scripted agent plays."),
            new Key("script_file", Text, "The same in a file beside this one."),
            new Key("model", Model, "The model, where a step names none."),
            new Key("env", Environment, "Variables for this agent.")));

    private static readonly ObjectShape Defaults = new("a map of defaults for all steps",
        new Key("agent", Agent, "For agent steps that name none."),
        new Key("model", Model, "For agent steps that name none."),
        new Key("fallback", AgentNames, "Who goes on where the agent cannot work."),
        new Key("workspace", new ChoiceShape("git", "none"), "git (default), or none: no files."),
        new Key("timeout", new DurationShape(MaxTimeout), "Ends an attempt that takes longer."),
        new Key("inactivity_timeout", new DurationShape(MaxTimeout), "Ends an attempt without output for this long."),
        new Key("env", Environment, "Variables for every step."),
        new Key("retry", Retry, "What happens after a failed attempt."),
        new Key("review", Review, "Applies to every agent step."),
        new Key("budget", Limits, "Limits of each agent step that has none of its own."));

    private static readonly Key[] StepKeys =
    [
        new("title", Text, "For people."),
        new("description", Text, "For people."),
        new("needs", new EitherShape("a list of step ids", Text, new ListShape("a list of step ids", Text), null),
            "The steps that must have succeeded before."),
        new("run", Command, "A line for the shell, or a program and its arguments."),
        new("prompt", Text, "What an agent is asked to do."),
        new("prompt_file", Text, "The same in a file beside this one."),
        new("agent", Agent, "Who does it."),
        new("model", Model, "With which model."),
        new("fallback", AgentNames, "Who goes on where the agent cannot work: limits, login, program missing."),
        new("review", Review, "A second agent looks at the result."),
        new("checks", new ListShape("a list of commands", Command), "Commands that must exit 0 before the step counts as done."),
        new("retry", Retry, "What happens after a failed attempt."),
        new("timeout", new DurationShape(MaxTimeout), "Ends an attempt that takes longer."),
        new("inactivity_timeout", new DurationShape(MaxTimeout), "Ends an attempt without output for this long."),
        new("workspace", new ChoiceShape("git", "none"), "git (default), or none: no files."),
        new("keep", Globs, "Files ignored by git that belong to the result all the same."),
        new("evidence", Globs, "Files that must exist afterwards; they belong to the result, ignored by git or not."),
        new("env", Environment, "Variables of this step."),
        new("approval", Approval, "A person has to agree before the step starts."),
        new("on_interrupt", new ChoiceShape("retry", "fail", "ask"), "When an attempt vanished; default retry, with side effects ask."),
        new("side_effects", new ChoiceShape("external"), "The step changes something outside its workspace."),
        new("budget", Limits, "Limits of this step."),
    ];

    internal static readonly ObjectShape Step = new("a step: a map with run, prompt, prompt_file or approval", StepKeys) { Name = "step" };

    private static readonly ObjectShape Phase = new("a phase: a map with name and description",
    [
        new Key("name", Text, "Becomes the id, in lower case, and the title.", Required: true),
        new Key("active_agent", Agent, "Who does it."),
        .. StepKeys,
    ])
    { Name = "phase" };

    internal static readonly ObjectShape Root = new("a workflow: a map with name and steps",
        new Key("version", new WholeShape(1, 1), "The version of this format."),
        new Key("name", new TextShape("a name", NameRules.Name, Names.Pattern), "The name of the workflow; default: the file's name."),
        new Key("description", Text, "For people."),
        new Key("params", Params, "Values given when a job is made."),
        new Key("agents", Agents, "Agents besides the built-in ones."),
        new Key("defaults", Defaults, "What holds for all steps that say nothing else."),
        new Key("instructions", Instructions, "What agents are told of their role, instead of the built-in words."),
        new Key("budget", Limits, "Limits of one run."),
        new Key("max_parallel", new WholeShape(1, 256), "How many steps may run at once; default: the number of cores, at least 2."),
        new Key("steps", new MapShape("a map of step ids and steps", Id, Names.Pattern, Step), "The steps; their order is their number."),
        new Key("phases", new ListShape("a list of phases", Phase), "Steps one after another; the other way to write steps."));

    internal static readonly ObjectShape Config = new("a map with agents, defaults and prices",
        new Key("agents", Agents, "Agents for all workflows."),
        new Key("defaults", new ObjectShape("a map with agent and model",
            new Key("agent", Agent, "For agent steps that name none."),
            new Key("model", Model, "For agent steps that name none.")), "What holds where a workflow says nothing."),
        new Key("prices", Prices, "Prices of models, before the built-in ones."));
}
