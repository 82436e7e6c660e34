using System.CommandLine;
using System.CommandLine.Parsing;
using Logist.Cli.Output;
using Logist.Core;

namespace Logist.Cli;

/// <summary>What is wrong with a command line, in our words, and what was probably meant.</summary>
internal static class UsageErrors
{
    /// <summary>Names of the older tool that mean the same as one of ours.</summary>
    private static readonly (string Old, string New)[] OlderNames = [("activate", "run"), ("start", "run"), ("current", "status")];

    /// <returns>Null when nothing is wrong.</returns>
    public static Problem? Find(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var path = CommandTree.Path(command);
        if (MistypedOption(parse) is { } option)
        {
            return UnknownOption(command, path, option);
        }

        return parse.Errors.Count > 0 || command is CliCommand { Execute: null } ? Describe(parse, command, path) : null;
    }

    // The parser takes an option that it does not know for an argument.
    private static string? MistypedOption(ParseResult parse)
    {
        var free = new HashSet<Token>();
        foreach (var token in parse.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                break;
            }

            _ = free.Add(token);
        }

        foreach (var argument in parse.CommandResult.Command.Arguments)
        {
            foreach (var token in parse.GetResult(argument)?.Tokens ?? [])
            {
                // A number below zero is a wrong step, not an option.
                if (token.Value is ['-', < '0' or > '9', ..] && free.Contains(token))
                {
                    return token.Value;
                }
            }
        }

        return null;
    }

    private static Problem Describe(ParseResult parse, Command command, string path)
    {
        if (parse.UnmatchedTokens.Count > 0)
        {
            return Unknown(command, path, parse.UnmatchedTokens[0]);
        }

        foreach (var error in parse.Errors)
        {
            if (error.SymbolResult is not CommandResult)
            {
                return new Problem(ErrorKind.Usage, Sentence(error), null, $"{path} --help");
            }
        }

        return command.Subcommands.Count > 0
            ? new Problem(ErrorKind.Usage, $"\"{path}\" needs a command", Names(command), $"{path} --help")
            : new Problem(ErrorKind.Usage, Missing(parse), null, $"{path} --help");
    }

    private static Problem Unknown(Command command, string path, string word)
    {
        var isGroup = command.Subcommands.Count > 0;
        if (word.StartsWith('-'))
        {
            return UnknownOption(command, path, word);
        }

        if (!isGroup)
        {
            return new Problem(ErrorKind.Usage, $"\"{path}\" does not take \"{word}\"", null, $"{path} --help");
        }

        foreach (var (old, now) in OlderNames)
        {
            if (old == word && command.Name == "job" && Child(command, now) is { } renamed)
            {
                return new Problem(ErrorKind.Usage, $"\"{path} {word}\" is called \"{CommandTree.Path(renamed)}\" here", null,
                    CommandTree.Path(renamed));
            }
        }

        var below = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        var closest = DidYouMean.For(word, below);
        var elsewhere = closest is null ? command.Subcommands.Select(group => Child(group, word)).FirstOrDefault(c => c is not null) : null;
        return new Problem(
            ErrorKind.Usage, $"\"{path}\" has no command \"{word}\"", Names(command),
                elsewhere is null ? Guess(path, closest) : $"did you mean: {CommandTree.Path(elsewhere)}");
    }

    private static Problem UnknownOption(Command command, string path, string word) =>
        new(ErrorKind.Usage, $"\"{path}\" has no option \"{word}\"", null, Guess(path, DidYouMean.For(word, OptionNames(command))));

    private static string Guess(string path, string? closest) => closest is null ? $"{path} --help" : $"did you mean: {path} {closest}";

    private static string Names(Command group) =>
        $"it has {string.Join(", ", group.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";

    private static Command? Child(Command group, string name) => group.Subcommands.FirstOrDefault(c => c.Name == name);

    private static IEnumerable<string> OptionNames(Command command)
    {
        for (var at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            foreach (var option in at.Options)
            {
                if (at == command || option.Recursive)
                {
                    yield return option.Name;
                }
            }
        }
    }

    private static string Sentence(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value{HelpText.Placeholder(option.Option, " ")}",
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } =>
            $"{option.Option.Name} needs a value{HelpText.Placeholder(option.Option, " ")}",
        ArgumentResult { Tokens.Count: 0 } argument => $"<{argument.Argument.Name}> is missing",
        _ => error.Message,
    };

    private static string Missing(ParseResult parse)
    {
        foreach (var argument in parse.CommandResult.Command.Arguments)
        {
            if (Options.IsRequired(argument) && parse.GetResult(argument) is null or { Tokens.Count: 0 })
            {
                return $"<{argument.Name}> is missing";
            }
        }

        return parse.Errors.Count > 0 ? parse.Errors[0].Message : "incomplete command line";
    }
}
