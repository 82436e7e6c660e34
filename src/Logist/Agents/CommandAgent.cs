using System.Text;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Agents;

/// <summary>
/// Any program: arguments may contain <c>{prompt}</c>, <c>{prompt_file}</c>, <c>{model}</c> and <c>{workspace}</c>; the prompt comes
/// by stdin, as an argument or as a file.
/// </summary>
internal sealed class CommandAgent : IAgent
{
    public const string Provider = "command";

    // MAX_ARG_STRLEN of the kernel: one argument with its final NUL, whatever the limit of all together.
    internal const int MaxArgumentBytes = 128 * 1024;

    public Preparation Prepare(AgentCall call)
    {
        var template = call.Definition.Command;
        var argv = new List<string>(template.Count + 1) { template[0] };
        for (var i = 1; i < template.Count; i++)
        {
            if (MissingModel(template[i], call) is { } missing)
            {
                return missing;
            }

            argv.Add(Fill(template[i], call));
        }

        if (Trailing(call.Definition) is { } placeholder)
        {
            argv.Add(Fill(placeholder, call));
        }

        if (Unpassable(argv) is { } why)
        {
            return Failed(why, $"set prompt: file (or stdin) on agent \"{call.Agent}\" in the workflow");
        }

        Verdict.Forget(call);
        var stdin = call.Definition.Delivery == PromptDelivery.Stdin ? call.PromptFile : null;
        return new Preparation.Ready(new Invocation(argv, stdin, Invocation.NoEnvironment));
    }

    public AgentOutcome Judge(Finished finished) => Verdict.Of(finished);

    /// <summary>Why a program cannot be given these arguments; null: it can.</summary>
    internal static string? Unpassable(IReadOnlyList<string> argv)
    {
        foreach (var argument in argv)
        {
            if (argument.Contains('\0', StringComparison.Ordinal))
            {
                return "the prompt contains a NUL character and cannot be an argument";
            }

            var bytes = Encoding.UTF8.GetByteCount(argument);
            if (bytes >= MaxArgumentBytes)
            {
                return $"the prompt is too long for an argument ({bytes} bytes, at most {MaxArgumentBytes - 1})";
            }
        }

        return null;
    }

    // Where the template does not say where the prompt goes, it goes last.
    private static string? Trailing(AgentDefinition definition)
    {
        var placeholder = definition.Delivery switch
        {
            PromptDelivery.Argument => "{prompt}",
            PromptDelivery.File => "{prompt_file}",
            _ => null,
        };
        if (placeholder is not null)
        {
            for (var i = 1; i < definition.Command.Count; i++)
            {
                if (definition.Command[i].Contains(placeholder, StringComparison.Ordinal))
                {
                    return null;
                }
            }
        }

        return placeholder;
    }

    /// <summary>An argument that asks for the model where nobody named one.</summary>
    internal static Preparation.Failed? MissingModel(string template, AgentCall call) =>
        call.Model is null && template.Contains("{model}", StringComparison.Ordinal)
            ? Failed($"agent \"{call.Agent}\" needs a model", "set model: on the step or on the agent") : null;

    // One pass: a prompt that contains "{model}" is not filled in again.
    internal static string Fill(string template, AgentCall call)
    {
        if (!template.Contains('{', StringComparison.Ordinal))
        {
            return template;
        }

        var filled = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            var rest = template.AsSpan(at);
            var (name, value) = rest switch
            {
                _ when rest.StartsWith("{prompt}", StringComparison.Ordinal) => ("{prompt}", call.Prompt),
                _ when rest.StartsWith("{prompt_file}", StringComparison.Ordinal) => ("{prompt_file}", call.PromptFile),
                _ when rest.StartsWith("{model}", StringComparison.Ordinal) => ("{model}", call.Model),
                _ when rest.StartsWith("{workspace}", StringComparison.Ordinal) => ("{workspace}", call.WorkingDirectory),
                _ => (null, null),
            };
            if (name is null)
            {
                filled.Append(template[at++]);
            }
            else
            {
                filled.Append(value);
                at += name.Length;
            }
        }

        return filled.ToString();
    }

    private static Preparation.Failed Failed(string message, string hint) => new(new Failure(FailureCategory.AgentError, message, hint));
}
