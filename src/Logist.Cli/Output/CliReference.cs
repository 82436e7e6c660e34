using System.CommandLine;
using System.Text;

namespace Logist.Cli.Output;

/// <summary>docs/cli.md: the help of every command, so that the page cannot say anything else.</summary>
internal static class CliReference
{
    public static string Markdown(Command root)
    {
        var page = new StringBuilder("""
            # Command line

            This page is generated: `./logist __docs cli > docs/cli.md`. It is what `--help` prints.

            - stdout carries data only. Progress, questions, warnings and errors go to stderr.
            - `--json` prints one JSON document (snake_case, with a `schema` field) on stdout. An error is then one JSON document on stderr
              (`logist.error/v1`: code, title, detail, why, fix[], exit_code) and stdout stays empty. `--json` never implies `--yes`.
            - `<job>` is an id, or a unique prefix of at least 4 characters. Where it may be left out: `LOGIST_JOB_ID`, then the selected job.
            - `<step>` is a number from 1 or a step id.
            - An argument that starts with `@` is taken as it is; no arguments are read from files.
            - A reader of stdout that goes away ends the output quietly; the exit code stays that of the command.


            """);
        Append(page, root);
        _ = page.Append("## Exit codes\n\n| Code | Meaning |\n|---|---|\n");
        foreach (var (code, meaning) in ExitCode.All)
        {
            _ = page.Append($"| {code} | {meaning} |\n");
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Append(StringBuilder page, Command command)
    {
        if (command.Subcommands.Count == 0 || !command.Parents.Any())
        {
            _ = page.Append($"## {CommandTree.Path(command)}\n\n```\n").AppendJoin('\n', HelpText.Lines(command)).Append("\n```\n\n");
        }

        foreach (var child in command.Subcommands.Where(c => !c.Hidden))
        {
            Append(page, child);
        }
    }
}
