using System.Text;
using Logist.Core;

namespace Logist.Workflows;

/// <summary>What expressions stand for when a step starts. A step without a commit or summary gives null: nothing is put there.</summary>
public sealed record TemplateValues(string JobId, int Run, IReadOnlyDictionary<string, string> Params, Func<string, string?> Commit,
    Func<string, string?> Summary);

/// <summary>
/// <c>${{ params.x }}</c>, <c>job.id</c>, <c>run.number</c>, <c>steps.id.commit</c>, in prompts also <c>steps.id.summary</c>; <c>$${{</c>
/// is the
/// text <c>${{</c>. Nothing else and no code. Texts of a compiled workflow are checked already: a bad expression here throws.
/// </summary>
public static class Templates
{
    private const string Begin = "${{", End = "}}";

    /// <summary>The names of all variables that <see cref="ForShell"/> makes start like this.</summary>
    public const string VariablePrefix = "LOGIST_VALUE_";

    /// <param name="quote">Marks what an agent wrote (a summary) as data: in a prompt it must not read like instructions.</param>
    public static string ForPrompt(string text, TemplateValues values, Func<string, string> quote) =>
        Fill(text, values with { Summary = step => values.Summary(step) is { Length: > 0 } summary ? quote(summary) : null });

    /// <summary>One argument of a program, never seen by a shell.</summary>
    public static string ForArgv(string argument, TemplateValues values) => Fill(argument, values);

    /// <summary>Each expression becomes a quoted reference to a variable, so that no value is ever read as a command.</summary>
    /// <returns>The line, and the variables that must be in its environment.</returns>
    public static (string Line, IReadOnlyDictionary<string, string> Variables) ForShell(string line, TemplateValues values)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!line.Contains(Begin, StringComparison.Ordinal))
        {
            return (line, variables);
        }

        var names = new Dictionary<Expression, string>();
        var result = new StringBuilder(line.Length);
        var shell = new ShellQuoting();
        foreach (var piece in Split(line))
        {
            if (piece.Expression is null)
            {
                shell.Read(piece.Text);
                _ = result.Append(piece.Text);
                continue;
            }

            var expression = Parse(piece);
            if (!names.TryGetValue(expression, out var name))
            {
                name = VariablePrefix + (names.Count + 1);
                names.Add(expression, name);
                variables.Add(name, ValueOf(expression, values));
            }

            if (shell.Refused is { } reason)
            {
                throw new LogistException(ErrorKind.InvalidWorkflow, $"an expression cannot stand {reason}: {line}");
            }

            _ = result.Append(shell.Quote(name));
        }

        return (result.ToString(), variables);
    }

    /// <summary>The same text with nothing in it that would be taken for an expression.</summary>
    public static string Escape(string text) => text.Replace(Begin, "$" + Begin, StringComparison.Ordinal);

    /// <summary>The names of the parameters that a text uses, in order, each once.</summary>
    public static IReadOnlyList<string> ParamsIn(string text)
    {
        var names = new List<string>();
        foreach (var piece in Split(text))
        {
            if (piece.Expression is not null && Expression.TryParse(piece.Expression, out var e) && e.Kind == ExpressionKind.Param
                && !names.Contains(e.Name!))
            {
                names.Add(e.Name!);
            }
        }

        return names;
    }

    /// <summary>Literal pieces (escapes resolved) and expressions, in order. An expression that never ends has a null inner text.</summary>
    internal static IEnumerable<Piece> Split(string text)
    {
        var done = 0;
        while (text.IndexOf(Begin, done, StringComparison.Ordinal) is >= 0 and var at)
        {
            if (at > done && text[at - 1] == '$')
            {
                yield return new Piece(text[done..(at - 1)] + Begin, null, done, Ends: true);
                done = at + Begin.Length;
                continue;
            }

            if (at > done)
            {
                yield return new Piece(text[done..at], null, done, Ends: true);
            }

            var end = text.IndexOf(End, at, StringComparison.Ordinal);
            var next = end < 0 ? text.Length : end + End.Length;
            yield return new Piece(text[at..next], end < 0 ? text[(at + Begin.Length)..] : text[(at + Begin.Length)..end], at,
                Ends: end >= 0);
            done = next;
        }

        if (done < text.Length)
        {
            yield return new Piece(text[done..], null, done, Ends: true);
        }
    }

    private static string Fill(string text, TemplateValues values)
    {
        if (!text.Contains(Begin, StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var piece in Split(text))
        {
            _ = result.Append(piece.Expression is null ? piece.Text : ValueOf(Parse(piece), values));
        }

        return result.ToString();
    }

    private static Expression Parse(Piece piece) =>
        piece.Ends && Expression.TryParse(piece.Expression!, out var expression) ? expression
            : throw new LogistException(ErrorKind.InvalidWorkflow, $"{Node.Quote(piece.Text)} is not an expression");

    private static string ValueOf(Expression expression, TemplateValues values) => expression.Kind switch
    {
        ExpressionKind.Param => values.Params.TryGetValue(expression.Name!, out var value) ? value : "",
        ExpressionKind.JobId => values.JobId,
        ExpressionKind.RunNumber => values.Run.ToString(),
        ExpressionKind.Commit => values.Commit(expression.Name!) ?? "",
        _ => values.Summary(expression.Name!) ?? "",
    };
}

/// <param name="Text">The literal text, or the whole expression with its brackets.</param>
/// <param name="Expression">What stands between the brackets; null for literal text.</param>
/// <param name="Ends">False: the closing brackets are missing.</param>
internal readonly record struct Piece(string Text, string? Expression, int Offset, bool Ends);

internal enum ExpressionKind { Param, JobId, RunNumber, Commit, Summary }

internal readonly record struct Expression(ExpressionKind Kind, string? Name)
{
    internal static bool TryParse(string text, out Expression expression)
    {
        var trimmed = text.Trim();
        var parts = trimmed.Split('.');
        Expression? found = parts switch
        {
            ["params", var name] when name.Length > 0 => new(ExpressionKind.Param, name),
            ["job", "id"] => new(ExpressionKind.JobId, null),
            ["run", "number"] => new(ExpressionKind.RunNumber, null),
            ["steps", var step, "commit"] => new(ExpressionKind.Commit, step),
            ["steps", var step, "summary"] => new(ExpressionKind.Summary, step),
            _ => null,
        };
        expression = found ?? default;
        return found is not null;
    }
}
