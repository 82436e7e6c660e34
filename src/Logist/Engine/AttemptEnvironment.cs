using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Engine;

/// <summary>
/// The variables of a step's process: a fixed few of the driving process, those the workflow names, and our own. Nothing else gets
/// through: a secret in the driver's environment reaches only the steps that name it.
/// </summary>
internal sealed class AttemptEnvironment(IReadOnlyDictionary<string, string> driver)
{
    private static readonly string[] Inherited = ["PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR"];

    public IReadOnlyList<string> For(StepEnvironment step, AttemptId attempt, string role, string? input,
        params IReadOnlyDictionary<string, string>[] more)
    {
        var variables = OfAnyProgram();
        foreach (var name in step.PassThrough)
        {
            Pass(variables, name);
        }

        foreach (var (name, value) in step.Values)
        {
            variables[name] = value;
        }

        foreach (var extra in more)
        {
            foreach (var (name, value) in extra)
            {
                variables[name] = value;
            }
        }

        variables["LOGIST_JOB_ID"] = attempt.Job;
        variables["LOGIST_RUN_ID"] = $"{attempt.Job}.{attempt.Run}";
        variables["LOGIST_STEP_ID"] = attempt.Step;
        variables["LOGIST_ATTEMPT_ID"] = attempt.ToString();
        variables["LOGIST_IDEMPOTENCY_KEY"] = IdempotencyKey(attempt, input);
        variables["LOGIST_ROLE"] = role;
        _ = variables.TryAdd("GIT_AUTHOR_NAME", "logist");
        _ = variables.TryAdd("GIT_AUTHOR_EMAIL", "logist@localhost");
        _ = variables.TryAdd("GIT_COMMITTER_NAME", "logist");
        _ = variables.TryAdd("GIT_COMMITTER_EMAIL", "logist@localhost");
        var list = new List<string>(variables.Count);
        foreach (var (name, value) in variables)
        {
            list.Add($"{name}={value}");
        }

        return list;
    }

    /// <summary>What every program gets.</summary>
    public Dictionary<string, string> OfAnyProgram()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            Pass(variables, name);
        }

        foreach (var name in driver.Keys)
        {
            if (name.StartsWith("LC_", StringComparison.Ordinal))
            {
                Pass(variables, name);
            }
        }

        variables["TERM"] = "dumb";
        return variables;
    }

    /// <summary>The same for every attempt of the same step on the same input, so that an external service can recognise a
    /// repetition.</summary>
    private static string IdempotencyKey(AttemptId attempt, string? input) =>
        input is null ? attempt.Task : $"{attempt.Job}.{attempt.Step}.{input[..Math.Min(16, input.Length)]}";

    private void Pass(Dictionary<string, string> variables, string name)
    {
        if (driver.TryGetValue(name, out var value))
        {
            variables[name] = value;
        }
    }
}
