using System.Text;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>The values of a run's parameters, or why they cannot be used.</summary>
public sealed record BoundParams(IReadOnlyDictionary<string, string>? Values, Problem? Problem)
{
    /// <exception cref="LogistException">UnknownParam or Usage.</exception>
    public IReadOnlyDictionary<string, string> OrThrow() => Values ?? throw new LogistException(Problem!);
}

/// <summary><c>--param key=value</c> against the parameters that a workflow declares.</summary>
public static class Params
{
    // A value travels in one environment variable: 128 KiB with its name is the system's limit.
    private const int MaxBytes = 100_000;

    /// <param name="workflow">Says which parameters there are.</param>
    /// <param name="given">Each <c>key=value</c>; the last of a key counts.</param>
    /// <param name="previous">Values of an earlier run that hold where nothing is given now.</param>
    /// <returns>A value for every declared parameter.</returns>
    public static BoundParams Bind(WorkflowDefinition workflow, IEnumerable<string> given, IReadOnlyDictionary<string,
        string>? previous = null)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, param) in workflow.Params)
        {
            if (previous?.GetValueOrDefault(name) is { } earlier)
            {
                values[name] = earlier;
            }
            else if (param.Default is not null)
            {
                values[name] = param.Default;
            }
        }

        foreach (var pair in given)
        {
            if (Take(workflow, pair, values) is { } problem)
            {
                return new BoundParams(null, problem);
            }
        }

        var missing = workflow.Params.Where(p => p.Value.Required && !values.ContainsKey(p.Key)).Select(p => p.Key).ToList();
        return missing.Count == 0 ? new BoundParams(values, null)
            : new BoundParams(null, new Problem(ErrorKind.Usage,
                missing.Count == 1 ? $"parameter \"{missing[0]}\" is missing" : $"parameters are missing: {string.Join(", ", missing)}",
                $"workflow {workflow.Name} requires {(missing.Count == 1 ? "it" : "them")}",
                string.Join(' ', missing.Select(name => $"--param {name}=…"))));
    }

    internal static string? BadValue(string value) =>
        YamlNodes.BadCharacter(value) is not null ? "has a value with a NUL character or half a character"
        : Encoding.UTF8.GetByteCount(value) > MaxBytes ? $"has a value of more than {MaxBytes / 1000} kB"
        : null;

    private static Problem? Take(WorkflowDefinition workflow, string pair, Dictionary<string, string> values)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        if (at < 1)
        {
            return new Problem(ErrorKind.Usage, $"--param {Node.Quote(pair)} is not key=value", null, "--param key=value");
        }

        var (name, value) = (pair[..at], pair[(at + 1)..]);
        if (!workflow.Params.ContainsKey(name))
        {
            var known = workflow.Params.Count == 0 ? $"workflow {workflow.Name} declares none"
                : "declared: " + string.Join(", ", workflow.Params.Keys);
            return DidYouMean.For(name, workflow.Params.Keys) is { } meant
                ? new Problem(ErrorKind.UnknownParam, $"no parameter {Node.Quote(name)}; did you mean \"{meant}\"?", known,
                $"--param {meant}=…")
                : new Problem(ErrorKind.UnknownParam, $"no parameter {Node.Quote(name)}", known);
        }

        values[name] = value;
        return BadValue(value) is { } bad
            ? new Problem(ErrorKind.Usage, $"parameter \"{name}\" {bad}", null, "put it into a file of the repository") : null;
    }
}
