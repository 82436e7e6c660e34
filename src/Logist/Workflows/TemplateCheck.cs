using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

internal enum TemplatePlace { Shell, Argument, Prompt }

/// <summary>A text with expressions and where it was written, so that problems point at the expression.</summary>
/// <param name="Source">The whole text of the file.</param>
/// <param name="Node">The scalar in it; null: the text is the whole file.</param>
internal readonly record struct TemplateText(string Text, TemplatePlace Place, string File, string Source, Node? Node);

/// <summary>Checks expressions when a workflow is compiled: names exist, and a step only looks at steps that ended before it
/// starts.</summary>
internal sealed class TemplateCheck(WorkflowDefinition workflow, Diagnostics problems)
{
    private Ancestry? _ancestry;

    internal void Check(int step, TemplateText text)
    {
        // The file is refused anyway, and each hint looks at every name.
        if (problems.IsFull)
        {
            return;
        }

        var shell = text.Place == TemplatePlace.Shell ? new ShellQuoting() : null;
        foreach (var piece in Templates.Split(text.Text))
        {
            if (piece.Expression is null)
            {
                shell?.Read(piece.Text);
                continue;
            }

            if (Wrong(step, text.Place, piece, shell) is var (wrong, hint))
            {
                // Finding a place walks the file: not a million times.
                var (line, column) = problems.IsFull ? (0, 0) : Locate(text, piece.Offset);
                problems.For(text.File).Error(line, column, wrong, hint);
            }

            _ = shell?.Quote("x");
        }
    }

    /// <summary>For texts in which nothing is replaced: an expression there would arrive as it stands.</summary>
    internal static void Refuse(Node? node, string where, Diagnostics problems)
    {
        if (node is { Kind: NodeKind.Scalar } && node.Text.Contains("${{", StringComparison.Ordinal))
        {
            problems.Error(node, $"${{{{ }}}} is not replaced in {where}", "use it in run, checks or prompt");
        }
    }

    private (string, string?)? Wrong(int step, TemplatePlace place, Piece piece, ShellQuoting? shell)
    {
        if (!piece.Ends)
        {
            return ("${{ without }}", "write $${{ for the text itself");
        }

        var name = piece.Expression!.Trim();
        if (!Expression.TryParse(name, out var expression))
        {
            var known = DidYouMean.Hint(name, ["job.id", "run.number", .. ParamNames()]);
            return ($"unknown expression {Node.Quote(name)}",
                known ?? "known: params.<name>, job.id, run.number, steps.<id>.commit, "
                    + "in prompts steps.<id>.summary; $${{ for the text itself");
        }

        if (shell?.Refused is { } reason)
        {
            return ($"an expression cannot stand {reason}", null);
        }

        return expression.Kind switch
        {
            ExpressionKind.Param when !workflow.Params.ContainsKey(expression.Name!) =>
                ($"unknown parameter {Node.Quote(expression.Name!)}",
                    DidYouMean.Hint(expression.Name!, workflow.Params.Keys) ?? "declare it under params:"),
            ExpressionKind.Summary when place != TemplatePlace.Prompt => ("a summary can only be used in a prompt", null),
            ExpressionKind.Summary or ExpressionKind.Commit => WrongStep(step, expression),
            _ => null,
        };
    }

    private IEnumerable<string> ParamNames() => workflow.Params.Keys.Select(n => "params." + n);

    private (string, string?)? WrongStep(int step, Expression expression)
    {
        var named = workflow.IndexOf(expression.Name!);
        if (named < 0)
        {
            return ($"unknown step {Node.Quote(expression.Name!)}", DidYouMean.Hint(expression.Name!, workflow.Steps.Select(s => s.Id)));
        }

        if (!IsAncestor(step, named))
        {
            return (named == step ? "a step cannot use its own result"
                : $"step {expression.Name} may not have ended before {workflow.Steps[step].Id} starts",
                named == step ? null : $"add {expression.Name} to needs");
        }

        return expression.Kind == ExpressionKind.Summary && !workflow.Steps[named].IsAgent
            ? ($"step {expression.Name} has no agent and so no summary", null) : null;
    }

    private bool IsAncestor(int step, int named)
    {
        // Nearly always a direct need.
        if (workflow.Graph.Needs(step).Contains(named))
        {
            return true;
        }

        _ancestry ??= new Ancestry(workflow.Graph);
        return _ancestry.Is(named, step);
    }

    /// <summary>Line and column of the expression: the n-th "${{" of the text is the n-th of its source, however it is quoted.</summary>
    private static (int Line, int Column) Locate(TemplateText text, int offset)
    {
        var (start, end) = text.Node is null ? (0, text.Source.Length) : (text.Node.Start, text.Node.End);
        var at = start - 1;
        for (var i = -1; (i = text.Text.IndexOf("${{", i + 1, StringComparison.Ordinal)) >= 0 && i <= offset;)
        {
            at = text.Source.IndexOf("${{", at + 1, StringComparison.Ordinal);
            if (at < 0 || at >= end)
            {
                return (text.Node!.Line, text.Node.Column);
            }
        }

        var before = text.Source.AsSpan(0, at);
        return (before.Count('\n') + 1, at - before.LastIndexOf('\n'));
    }
}
