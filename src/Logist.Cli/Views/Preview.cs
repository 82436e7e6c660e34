using System.Text.Json;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Engine;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Cli.Views;

/// <summary>What an attempt gets or got: a command line or a prompt, the names of its variables, where it works, what earlier ones
/// took.</summary>
internal sealed record Preview(string Attempt, AgentPreview? Agent, IReadOnlyList<string>? Command, string? Prompt)
{
    /// <summary>Names only.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Asked for by the workflow and not set here.</summary>
    public required IReadOnlyList<string> Unset { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    public TimeSpan? LastTime { get; init; }

    public decimal? LastCostUsd { get; init; }

    /// <summary>Limits of the step and of the run, as texts; null: there is none.</summary>
    public string? Budget { get; init; }

    /// <param name="past">Null: the attempt that would come next.</param>
    public static Preview Of(OpenedJob opened, RunState run, TaskState task, AttemptState? past, EngineServices services)
    {
        var variables = services.Environment;
        var step = run.Workflow.Steps[task.Step];
        var id = new AttemptId(opened.Id.Value, run.Number, step.Id, past?.Number ?? task.Attempts.Count + 1);
        var (command, extra) = Commands(step, AttemptPrompt.Values(opened.Id.Value, run));
        var agent = AgentPreview.Of(run, task, past, services);
        var env = agent is null ? step.Env : EnvironmentRules.Merge(agent.Environment, step.Env);
        var names = new AttemptEnvironment(variables).For(env, id, "worker", past?.Input, extra)
            .Select(variable => variable[..variable.IndexOf('=', StringComparison.Ordinal)]).Order(StringComparer.Ordinal);
        return new Preview(id.ToString(), agent, command,
            past is null ? AttemptPrompt.Next(opened.Loaded.State, run, task) : step.Prompt is null ? null
                : AttemptPrompt.Kept(opened.Layout, id))
        {
            Environment = [.. names],
            Unset = [.. step.Env.PassThrough.Concat(agent?.Named ?? []).Distinct().Where(name => !variables.ContainsKey(name))],
            Inputs = past?.Input is { } input ? [input]
                : [.. run.InputsOf(task.Step).Select(need => $"{need.Step} {EventText.Short(need.Commit)}")],
            LastTime = task.LastAttempt?.Result is { DurationMs: > 0 } last ? TimeSpan.FromMilliseconds(last.DurationMs) : null,
            LastCostUsd = task.LastAttempt?.CostUsd,
            Budget = Limits(step.Budget, run.Workflow.Budget),
        };
    }

    public IEnumerable<string> Lines()
    {
        yield return Attempt;
        foreach (var line in Agent?.Lines() ?? [])
        {
            yield return line;
        }

        if (Budget is not null)
        {
            yield return $"budget:      {Budget}";
        }

        yield return $"input:       {(Inputs.Count == 0 ? "the job's base" : string.Join(", ", Inputs))}";
        yield return $"environment: {string.Join(' ', Environment)}";
        if (Unset.Count > 0)
        {
            yield return $"not set:     {string.Join(' ', Unset)}";
        }

        if (LastTime is { } time)
        {
            yield return $"last took:   {Amounts.Duration(time)}{(LastCostUsd is { } cost ? $" {Amounts.Money(cost)}" : "")}";
        }

        if (Command is not null)
        {
            yield return $"command:     {string.Join(' ', Command.Select(Quoted))}";
        }

        if (Prompt is not null)
        {
            yield return "prompt:";
            foreach (var line in Prompt.TrimEnd('\n').Split('\n'))
            {
                yield return $"  {line}";
            }
        }

        if (Command is null && Prompt is null)
        {
            yield return "only a gate: it waits for approval and runs nothing";
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.preview/v1");
        json.WriteString("attempt", Attempt);
        json.WriteString("agent", Agent?.Name);
        json.WriteString("model", Agent?.Model);
        WriteList(json, "command", Command);
        json.WriteString("prompt", Prompt);
        WriteList(json, "environment", Environment);
        WriteList(json, "unset", Unset);
        WriteList(json, "inputs", Inputs);
        (Agent ?? new AgentPreview("", null)).WriteMembers(json);
        json.WriteString("budget", Budget);
        json.WriteStartObject("estimate");
        json.WriteCost("cost_usd", LastCostUsd);
        json.WritePropertyName("seconds");
        if (LastTime is { } time)
        {
            json.WriteNumberValue(time.TotalSeconds);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? Limits(Budget? step, Budget? run)
    {
        var all = new List<string>();
        foreach (var (budget, whose) in ((Budget?, string)[])[(step, "step"), (run, "run")])
        {
            if (budget?.MaxCostUsd is { } cost)
            {
                all.Add($"{Amounts.Money(cost)} for the {whose}");
            }

            if (budget?.MaxTokens is { } tokens)
            {
                all.Add($"{tokens} tokens for the {whose}");
            }
        }

        return all.Count == 0 ? null : string.Join(", ", all);
    }

    private static (IReadOnlyList<string>? Command, IReadOnlyDictionary<string, string> Variables) Commands(StepDefinition step,
        TemplateValues values)
    {
        if (step.Run?.Shell is { } line)
        {
            (line, var variables) = Templates.ForShell(line, values);
            return (["/bin/sh", "-c", line], variables);
        }

        return (step.Run?.Argv?.Select(argument => Templates.ForArgv(argument, values)).ToArray(), Invocation.NoEnvironment);
    }

    internal static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,@%+".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string>? items)
    {
        if (items is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }
}
