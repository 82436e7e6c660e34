using System.CommandLine;
using System.Text;

namespace Logist.Cli.Output;

/// <summary>Help of one command as lines; the same text goes to the terminal and into docs/cli.md.</summary>
internal static class HelpText
{
    private const int Width = 100;

    public static IEnumerable<string> Lines(Command command)
    {
        yield return command.Description ?? "";
        yield return "";
        yield return Usage(command);
        if (command is CliCommand { Remarks: { } remarks })
        {
            yield return "";
            foreach (var line in remarks.Split('\n'))
            {
                yield return line;
            }
        }

        var isRoot = !command.Parents.Any();
        foreach (var line in Section("Arguments", command.Arguments.Where(a => !a.Hidden).Select(a =>
            (ArgumentLabel(a), a.Description ?? ""))))
        {
            yield return line;
        }

        foreach (var line in Section("Commands", Commands(command)))
        {
            yield return line;
        }

        var options = command.Options.Where(o => !o.Hidden).Select(o => (OptionLabel(o), o.Description ?? ""));
        foreach (var line in Section(isRoot ? "Options of every command, before or after its name" : "Options", options))
        {
            yield return line;
        }

        if (command is CliCommand { Examples: { Length: > 0 } examples })
        {
            yield return "";
            yield return "Examples:";
            foreach (var example in examples)
            {
                yield return $"  {example}";
            }
        }

        yield return "";
        yield return isRoot ? "Help for one command: logist <command> --help   Exit codes: logist help exit-codes"
            : "Options of every command: logist --help";
    }

    public static string Usage(Command command)
    {
        var usage = new StringBuilder("Usage: ").Append(CommandTree.Path(command));
        if (command.Subcommands.Count > 0)
        {
            return usage.Append(" <command>").ToString();
        }

        foreach (var argument in command.Arguments)
        {
            _ = usage.Append(' ').Append(ArgumentLabel(argument));
        }

        return command.Options.Any(o => !o.Hidden) ? usage.Append(" [options]").ToString() : usage.ToString();
    }

    /// <summary><c> &lt;dir&gt;</c> or <c> auto|live</c>; nothing for a flag.</summary>
    public static string Placeholder(Option option, string separator) =>
        option.HelpName is not { } name ? "" : name.Contains('|', StringComparison.Ordinal) ? separator + name : $"{separator}<{name}>";

    private static string ArgumentLabel(Argument argument)
    {
        var many = argument.Arity.MaximumNumberOfValues > 1 ? "…" : "";
        return argument.Arity.MinimumNumberOfValues > 0 ? $"<{argument.Name}>{many}" : $"[<{argument.Name}>{many}]";
    }

    private static string OptionLabel(Option option)
    {
        var label = option.Aliases.Count > 0 ? $"{string.Join(", ", option.Aliases)}, {option.Name}" : option.Name;
        return label + Placeholder(option, " ");
    }

    /// <summary>The leaves below the root, two words at most; of a group its own commands.</summary>
    private static IEnumerable<(string, string)> Commands(Command command)
    {
        foreach (var child in command.Subcommands.Where(c => !c.Hidden))
        {
            if (child.Subcommands.Count == 0)
            {
                yield return (Label(child), child.Description ?? "");
                continue;
            }

            foreach (var leaf in child.Subcommands.Where(c => !c.Hidden))
            {
                yield return ($"{child.Name} {Label(leaf)}", leaf.Description ?? "");
            }
        }
    }

    private static string Label(Command command) => string.Join(' ', command.Arguments.Select(ArgumentLabel).Prepend(command.Name));

    private static IEnumerable<string> Section(string title, IEnumerable<(string Label, string Text)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            yield break;
        }

        yield return "";
        yield return $"{title}:";
        var column = Math.Min(34, all.Max(row => row.Label.Length) + 4);
        foreach (var (label, text) in all)
        {
            var start = $"  {label}".PadRight(column);
            if (start.Length > column)
            {
                yield return start;
                start = new string(' ', column);
            }

            foreach (var part in Wrap(text, Width - column))
            {
                yield return (start + part).TrimEnd();
                start = new string(' ', column);
            }
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                _ = line.Clear();
            }

            _ = (line.Length > 0 ? line.Append(' ') : line).Append(word);
        }

        yield return line.ToString();
    }
}
