using System.CommandLine;

namespace Logist.Cli.Completion;

/// <summary>What may follow a half-typed command line.</summary>
internal static class Completer
{
    /// <param name="words">The words after the program; the last one is being typed and may be empty.</param>
    /// <returns>Candidates that begin with the last word, in the order of help.</returns>
    public static IEnumerable<string> Complete(Command root, IReadOnlyList<string> words, JobNames jobs)
    {
        var typed = words.Count > 0 ? words[^1] : "";
        var (command, arguments, open, known) = Walk(root, words);
        known.Option("--jobs-dir", jobs.Use);
        var candidates =
            open is not null ? Values(open)
            : typed.StartsWith('-') ? OptionNames(command)
            : command.Subcommands.Count > 0 ? command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)
            : Arguments(command, arguments, jobs);
        return candidates.Where(c => c.StartsWith(typed, StringComparison.Ordinal));
    }

    /// <summary>The command that the finished words name, its arguments, and the option that waits for its value.</summary>
    private static (Command Command, List<string> Arguments, Option? Open, Given Given) Walk(Command root, IReadOnlyList<string> words)
    {
        var command = root;
        var arguments = new List<string>();
        var given = new Given();
        Option? open = null;
        for (var i = 0; i < words.Count - 1; i++)
        {
            if (open is not null)
            {
                given.Add(open.Name, words[i]);
                open = null;
            }
            else if (words[i].StartsWith('-'))
            {
                var option = Visible(command).FirstOrDefault(o => o.Name == words[i] || o.Aliases.Contains(words[i]));
                open = option is { Arity.MinimumNumberOfValues: > 0 } ? option : null;
            }
            else if (command.Subcommands.FirstOrDefault(c => c.Name == words[i]) is { } child)
            {
                command = child;
            }
            else
            {
                arguments.Add(words[i]);
            }
        }

        return (command, arguments, open, given);
    }

    private static IEnumerable<string> Arguments(Command command, List<string> given, JobNames jobs)
    {
        if (given.Count >= command.Arguments.Count)
        {
            return [];
        }

        return command.Arguments[given.Count].Name switch
        {
            "job" => jobs.Jobs(),
            "step" => jobs.Steps(given[0]),
            "shell" => ["bash", "zsh", "fish", "pwsh"],
            "topic" => ["exit-codes"],
            _ => [],
        };
    }

    private static string[] Values(Option option) => option.HelpName is { } name && name.Contains('|', StringComparison.Ordinal)
        ? name.Split('|') : [];

    private static IEnumerable<string> OptionNames(Command command) => Visible(command).Where(o => !o.Hidden).Select(o => o.Name);

    private static IEnumerable<Option> Visible(Command command)
    {
        for (var at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            foreach (var option in at.Options)
            {
                if (at == command || option.Recursive)
                {
                    yield return option;
                }
            }
        }
    }

    private sealed class Given
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

        public void Add(string option, string value) => _values[option] = value;

        public void Option(string name, Action<string> use)
        {
            if (_values.TryGetValue(name, out var value))
            {
                use(value);
            }
        }
    }
}
