using System.Globalization;
using Logist.Core;

namespace Logist.Cli.Demo;

/// <summary>What goes wrong at a step of the second job, and what a person does about it.</summary>
/// <param name="Category">The failure category of the step.</param>
/// <param name="Story">One line that introduces it.</param>
/// <param name="Careless">The script of the agent that makes it.</param>
/// <param name="Repair">Null: an answer in the note is enough.</param>
internal sealed record Mistake(string Step, string Category, string Story, string Careless, string Note, Repair? Repair)
{
    private static readonly string[] Steps = ["plan", "implement", "lint", "test", "release"];

    /// <param name="numberOrId">Of the step.</param>
    /// <exception cref="LogistException">UnknownStep.</exception>
    public static Mistake At(string numberOrId)
    {
        var number = Array.IndexOf(Steps, numberOrId) + 1;
        if (number == 0 && int.TryParse(numberOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var given))
        {
            number = given;
        }

        return number switch
        {
            1 => new Mistake("plan", "agent_stuck", "Another agent has a question before it can plan.",
                Stuck("plan", "Shall it greet in English?"), "Yes, in English.", null),
            2 => new Mistake("implement", "agent_stuck", "Another agent has a question before it can write the script.",
                Stuck("implement", "May it be a shell script?"), "Yes, plain sh.", null),
            3 => new Mistake("lint", "command_failed", "Another agent leaves a blank at the end of a line.",
                DemoFiles.Coder.Replace("world}!\"", "world}!\" ", StringComparison.Ordinal), "Blank removed.",
                new Repair("sed -i 's/ *$//'", "greet.sh", text => text.Replace("\" \n", "\"\n", StringComparison.Ordinal))),
            4 => new Mistake("test", "command_failed", "Another agent makes a typo, and nobody but the test notices.",
                DemoFiles.Coder.Replace("echo \"Hello", "echo \"Helo", StringComparison.Ordinal), "Typo corrected.",
                new Repair("sed -i s/Helo/Hello/", "greet.sh", text => text.Replace("Helo", "Hello", StringComparison.Ordinal))),
            5 => new Mistake("release", "command_failed", "Another agent forgets to write CHANGES.md.",
                DemoFiles.Coder.Replace("  write CHANGES.md - Greets by name.\n", "", StringComparison.Ordinal), "Changes written.",
                new Repair("echo '- Greets by name.' >", "CHANGES.md", _ => "- Greets by name.\n")),
            _ => throw new LogistException(ErrorKind.UnknownStep, $"the demo has no step \"{numberOrId}\"",
                $"steps are 1..{Steps.Length}: {string.Join(", ", Steps)}",
                DidYouMean.For(numberOrId, Steps) is { } near ? [$"did you mean: {near}"] : []),
        };
    }

    private static string Stuck(string step, string question) =>
        $"when step={step} attempt=1:\n  answer STUCK {question}\n{DemoFiles.Coder}";
}

/// <summary>A person's change to one file in the workspace.</summary>
/// <param name="Command">The command line up to the file's name.</param>
/// <param name="Change">What that command does to the file's text.</param>
internal sealed record Repair(string Command, string File, Func<string, string> Change);
